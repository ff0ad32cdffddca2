import json

import pytest
from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.request import nesting_exceeds, read_id, read_object, read_request


@pytest.mark.parametrize(
    ("value", "read"),
    [("a", "a"), (5, 5), (0, 0), (None, None), (True, None), ([], None), ("x" * 257, None), (1.5, None)],
)
def test_ids(value, read):
    assert read_id({"id": value}) == read


def request(**fields):
    return read_request({"op": "test", **fields})


def test_fields():
    fields = request(text="a", number=3, whole=3.0, nothing=None, empty="")
    assert fields.text("text") == "a" and fields.optional_text("nothing") is None
    assert fields.optional_text("empty") is None and fields.optional_text("text") == "a"
    assert fields.integer("number", 0) == 3 and fields.integer("whole", 0) == 3 and fields.integer("missing", 0) is None


@pytest.mark.parametrize("value", ["3", True, 2.5, float("inf"), float("nan"), -1, [], 1e400])
def test_what_is_no_whole_number(value):
    with pytest.raises(OperationError, match=r"test: field n: expected a whole number of at least 0, got "):
        request(n=value).integer("n", 0)


@pytest.mark.parametrize("value", [3, "", "x" * 257, None])
def test_what_is_no_text(value):
    with pytest.raises(OperationError, match=r"test: field t: expected a string of 1 to 256 characters, got .{1,60}$"):
        request(t=value).text("t")


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("[[[]]]", False),
        ("[[[[]]]]", True),
        ('{"a": {"b": {"c": {}}}}', True),
        ('{"a": "[[[[[[[["}', False),
        ('{"a": "\\"[[[[[["}', False),
        ("[][][][][][]", False),
        ('["\\\\", [[[]]]]', True),
        ('"unfinished [[[[[[', False),
        ("[[[[", True),
    ],
)
def test_nesting(text, deep):
    assert nesting_exceeds(text, 3) is deep


LONG = 2_000_000
HOSTILE = {
    "arrays": "[" * LONG,
    "braces": "{" * LONG,
    "objects": '{"a":' * (LONG // 5),
    "backslashes": '"\\' * (LONG // 2),
    "quotes": '["' + '\\"' * (LONG // 2) + "[" * 20,
    "number": "1" * 65_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_cost_linear_time(kind):
    """They are thirty times longer than what a client may send: in quadratic time the test would not end in time."""
    with pytest.raises(OperationError):
        read_object(HOSTILE[kind], LONG + 100, 16)


def test_an_object_is_read():
    assert read_object(json.dumps({"a": [1.5, "한", None]}), 1000, 3) == {"a": [1.5, "한", None]}
    assert read_object('{"a": "한"}'.encode(), 1000, 3) == {"a": "한"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param("x" * 1001, "longer than 1000 bytes", id="long"),
        ('{"a": [[[]]]}', "deeper than 3 levels"),
        (b"\xff", "UTF-8"),
        ("3", "got int"),
        ("{'a': 1}", "not JSON"),
    ],
)
def test_texts_that_are_refused(data, words):
    with pytest.raises(OperationError, match=words):
        read_object(data, 1000, 3)


HUGE = ["9" * 401, "9" * 4000, "9" * 60_000, "-" + "9" * 4000, "1e400", "-1e999", "Infinity", "-Infinity", "NaN"]


@pytest.mark.fault
@pytest.mark.parametrize("number", HUGE, ids=lambda number: number[:12])
def test_numbers_without_end_are_read_in_no_time_and_are_no_whole_numbers(number):
    value = read_object(f'{{"n": {number}}}', 100_000, 3)["n"]
    assert isinstance(value, float)
    with pytest.raises(OperationError, match=r"field n: expected a whole number of at least 0, got -?(inf|nan)$"):
        request(n=value).integer("n", 0)
    assert read_id({"id": value}) is None


@pytest.mark.fault
@pytest.mark.parametrize("value", [2**31, 2**63, 10**399, 1e300])
def test_whole_numbers_are_bounded(value):
    with pytest.raises(OperationError, match=r"field n: expected a whole number from 0 to 2147483647, got .{1,60}$"):
        request(n=value).integer("n", 0)
    assert request(n=2**31 - 1).integer("n", 0) == 2**31 - 1
