import base64
import json

import cbor2
import cv2
import numpy as np
import pytest
from signage_bridge.rosbridge.payload import Compression, Publication, fragments_of, png_payload


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


@pytest.mark.parametrize(("length", "size", "total"), [(10, 3, 4), (9, 3, 3), (1, 1, 1), (7, 100, 1)])
def test_fragments(length, size, total):
    text = "a한" * length
    text = text[:length]
    fragments = [json.loads(payload.data) for payload in fragments_of(text, size, "f:1")]
    assert "".join(fragment["data"] for fragment in fragments) == text
    assert [(f["op"], f["id"], f["num"], f["total"]) for f in fragments] == [
        ("fragment", "f:1", number, total) for number in range(total)
    ]
