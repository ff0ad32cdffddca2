import base64
import json

import cbor2
import cv2
import numpy as np
import pytest
from signage_bridge.errors import StatusLevel
from signage_bridge.rosbridge.payload import MAX_STATUS_TEXT, Compression, Publication, png_payload, status_payload


class Content:
    """Counts how often each form is made."""

    def __init__(self, value=1.5):
        self.value = value
        self.made = []

    def to_json(self):
        self.made.append("json")
        return {"value": self.value, "text": "한"}

    def to_cbor(self):
        self.made.append("cbor")
        return {"value": self.value}

    def to_raw(self):
        self.made.append("raw")
        return {"secs": 1, "nsecs": 2, "bytes": b"\0"}


def test_each_form_is_made_once_for_all_clients():
    content = Content()
    publication = Publication(content)
    payloads = {id(publication.payload("/ad", Compression.NONE)) for _ in range(3)}
    publication.payload("ad", Compression.NONE)
    publication.payload("ad", Compression.CBOR)
    publication.payload("ad", Compression.CBOR)
    assert len(payloads) == 1 and content.made == ["json", "cbor"]


def test_forms():
    publication = Publication(Content())
    json_message = {"op": "publish", "topic": "/ad", "msg": {"value": 1.5, "text": "한"}}
    assert json.loads(publication.payload("/ad", Compression.NONE).data) == json_message
    assert cbor2.loads(publication.payload("/ad", Compression.CBOR).data)["msg"] == {"value": 1.5}
    assert cbor2.loads(publication.payload("/ad", Compression.CBOR_RAW).data)["msg"]["bytes"] == b"\0"
    assert json.loads(unpack(publication.payload("/ad", Compression.PNG))) == json_message


def unpack(payload):
    message = json.loads(payload.data)
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(message["data"]), np.uint8), cv2.IMREAD_COLOR)
    assert message["op"] == "png" and picture.dtype == np.uint8
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).tobytes().decode()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 100, 12_345])
def test_a_png_holds_any_text(length):
    text = "한글" * length
    assert unpack(png_payload(text)).rstrip("\n") == text


def test_a_value_that_json_does_not_know_is_an_error():
    with pytest.raises(ValueError, match="JSON"):
        Publication(Content(float("nan"))).payload("/ad", Compression.NONE)


@pytest.mark.parametrize(("request_id", "expected"), [("a", {"id": "a"}), (0, {"id": 0}), (None, {})])
def test_a_status_carries_the_id_if_there_was_one(request_id, expected):
    message = json.loads(status_payload(StatusLevel.WARNING, "text", request_id).data)
    assert message == {"op": "status", "level": "warning", "msg": "text", **expected}


def test_a_status_is_short_and_can_always_be_sent():
    text = status_payload(StatusLevel.ERROR, "\ud800" * 5000, "\ud800").data
    text.encode("ascii")
    assert len(json.loads(text)["msg"]) == MAX_STATUS_TEXT
