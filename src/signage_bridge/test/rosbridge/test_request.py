import pytest
from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.request import read_id, read_request


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
