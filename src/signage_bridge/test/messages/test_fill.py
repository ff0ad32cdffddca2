import math

import pytest
from sensor_msgs.msg import CameraInfo, CompressedImage
from signage_bridge.errors import OperationError
from signage_bridge.messages.fill import Filler
from signage_bridge.messages.values import json_values
from signage_bridge.ros_interfaces import make_message
from signage_msgs.msg import AdPlayback, AdSelection, FaceArray
from std_msgs.msg import ByteMultiArray, Float32, String


def fill(message, values):
    filler = Filler(make_message)
    filler.fill(message, values)
    return message, filler.missing


@pytest.mark.parametrize(
    "message", [AdSelection(), CameraInfo(), FaceArray(), AdPlayback(), CompressedImage(data=b"ab")]
)
def test_what_was_written_can_be_read_back(message):
    message, missing = fill(type(message)(), json_values(message))
    assert message == type(message)() or message.data
    assert missing == []


def test_nested_values_and_missing_fields():
    values = {"header": {"frame_id": "c"}, "faces": [{"track_id": 4, "box": {"width": 5}}]}
    message, missing = fill(FaceArray(), values)
    assert message.faces[0].track_id == 4 and message.faces[0].box.width == 5 and message.header.frame_id == "c"
    assert "header.stamp" in missing and any(name.startswith("faces[0].box.") for name in missing)


def test_numbers():
    assert fill(Float32(), {"data": 3})[0].data == 3.0
    assert math.isnan(fill(Float32(), {"data": None})[0].data)
    assert fill(CameraInfo(), {"width": 3.0})[0].width == 3
    assert list(fill(ByteMultiArray(), {"data": [1, 255]})[0].data) == [b"\1", b"\xff"]


@pytest.mark.parametrize(
    ("message", "values", "words"),
    [
        (CameraInfo(), {"wdth": 1}, "no field wdth in CameraInfo"),
        (CameraInfo(), {"roi": {"x": 1}}, "no field roi.x in RegionOfInterest"),
        (CameraInfo(), {"width": -1}, "field width: expected a whole number from 0 to 4294967295, got -1"),
        (CameraInfo(), {"width": 2**32}, "field width"),
        (CameraInfo(), {"width": True}, "field width"),
        (CameraInfo(), {"width": 1.5}, "field width"),
        (CameraInfo(), {"width": None}, "field width"),
        (CameraInfo(), {"k": [1.0] * 8}, "field k: expected 9 elements"),
        (CameraInfo(), {"d": "AA=="}, "field d: expected an array"),
        (CameraInfo(), {"d": ["x"]}, r"field d\[0\]: expected a number"),
        (CameraInfo(), {"header": None}, "field header: expected an object of type std_msgs/Header"),
        (CameraInfo(), {"header": {"stamp": {"sec": 2**31}}}, "field header.stamp.sec"),
        (CameraInfo(), {"roi": {"do_rectify": 1}}, "field roi.do_rectify: expected true or false"),
        (String(), {"data": 5}, "field data: expected a string"),
        (String(), {"data": "a\0b"}, "without NUL"),
        (String(), {"data": "\ud800"}, "half a surrogate"),
        (Float32(), {"data": 1e39}, "field data: expected a number of at most"),
        (Float32(), {"data": "1"}, "field data: expected a number"),
        (CompressedImage(), {"data": "not base64!"}, "field data: expected base64"),
        (CompressedImage(), {"data": [256]}, r"field data\[0\]"),
    ],
)
def test_what_does_not_fit_is_named(message, values, words):
    with pytest.raises(OperationError, match=words):
        fill(message, values)
