import json
import time

import pytest
from signage_bridge.errors import OperationError
from signage_bridge.rosbridge.json_input import nesting_exceeds, read_object


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


HOSTILE = {
    "arrays": "[" * 65_000,
    "braces": "{" * 65_000,
    "objects": '{"a":' * 10_000,
    "backslashes": '"\\' * 32_000,
    "quotes": '["' + '\\"' * 32_000 + "[" * 20,
    "number": "1" * 65_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_cost_little(kind):
    started_s = time.process_time()
    with pytest.raises(OperationError):
        read_object(HOSTILE[kind], 65_536, 16)
    assert time.process_time() - started_s < 0.1


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
def test_what_is_refused(data, words):
    with pytest.raises(OperationError, match=words):
        read_object(data, 1000, 3)
