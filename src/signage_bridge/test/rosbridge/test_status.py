import json

import pytest
from signage_bridge.errors import Level
from signage_bridge.rosbridge.status import MAX_TEXT, status_payload


@pytest.mark.parametrize(("request_id", "expected"), [("a", {"id": "a"}), (0, {"id": 0}), (None, {})])
def test_a_status_carries_the_id_if_there_was_one(request_id, expected):
    message = json.loads(status_payload(Level.WARNING, "text", request_id).data)
    assert message == {"op": "status", "level": "warning", "msg": "text", **expected}


def test_a_status_is_short_and_can_always_be_sent():
    text = status_payload(Level.ERROR, "\ud800" * 5000, "\ud800").data
    text.encode("ascii")
    assert len(json.loads(text)["msg"]) == MAX_TEXT
