import pytest
from signage_bridge.http.advertisement import read_question

DEVICES = ("deeplens1", "deeplens2")


@pytest.mark.parametrize("estimation", ["20f", "0m", "90m", "unknown"])
def test_questions(estimation):
    assert read_question({"estimation": estimation, "devices": "deeplens2"}, DEVICES) == (estimation, "deeplens2")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"devices": "deeplens1"}, "estimation: expected such as 20f"),
        ({"estimation": "", "devices": "deeplens1"}, "estimation"),
        ({"estimation": "f20", "devices": "deeplens1"}, "expected an estimation such as 20f"),
        ({"estimation": "20f"}, "devices: expected the name of a device"),
        ({"estimation": "20f", "devices": ["deeplens1"]}, "devices"),
        ({"estimation": "20f", "devices": "deeplens"}, "devices"),
    ],
)
def test_wrong_questions(fields, words):
    with pytest.raises(ValueError, match=words):
        read_question(fields, DEVICES)
