import math

import cbor2
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from sensor_msgs.msg import CameraInfo, CompressedImage, PointField
from signage_bridge.convert import make_message
from signage_bridge.errors import OperationError
from signage_bridge.message_values import (
    FieldType,
    MessageFiller,
    cbor_values,
    fields_of,
    json_values,
    parse_field_type,
)
from signage_msgs.msg import AdPlayback, AdSelection, FaceArray, Presence
from std_msgs.msg import (
    Bool,
    ByteMultiArray,
    Float32,
    Float64,
    Float64MultiArray,
    Int8,
    Int64MultiArray,
    String,
    UInt64,
)


@pytest.mark.parametrize(
    ("text", "field_type"),
    [
        ("float", FieldType("float")),
        ("string", FieldType("string")),
        ("wstring", FieldType("string")),
        ("string<10>", FieldType("string", max_text=10)),
        ("std_msgs/Header", FieldType("std_msgs/Header")),
        ("sequence<uint8>", FieldType("uint8", is_list=True)),
        ("sequence<double, 4>", FieldType("double", is_list=True, max_length=4)),
        ("sequence<string<10>, 4>", FieldType("string", is_list=True, max_length=4, max_text=10)),
        ("sequence<string<10>>", FieldType("string", is_list=True, max_text=10)),
        ("double[9]", FieldType("double", is_list=True, length=9)),
        ("string<5>[2]", FieldType("string", is_list=True, length=2, max_text=5)),
        ("sequence<geometry_msgs/Point>", FieldType("geometry_msgs/Point", is_list=True)),
    ],
)
def test_types_of_fields(text, field_type):
    assert parse_field_type(text) == field_type


def test_fields_of_a_real_message():
    fields = fields_of(CameraInfo)
    assert fields["k"] == FieldType("double", is_list=True, length=9)
    assert not fields["header"].is_primitive and fields["height"].is_primitive


def test_json_rules():
    message = AdSelection(creative="커피", fallback=True, creatives=["a", "b"], durations_s=[1.5, math.nan, math.inf])
    message.captured.sec, message.captured.nanosec = 5, 7
    values = json_values(message)
    assert values["creative"] == "커피" and values["fallback"] is True and values["creatives"] == ["a", "b"]
    assert values["captured"] == {"sec": 5, "nanosec": 7}
    assert values["durations_s"] == [1.5, None, None] and values["urls"] == []
    assert list(values) == list(AdSelection.get_fields_and_field_types())
    assert json_values(Presence(dwell_s=math.nan))["dwell_s"] is None


def test_bytes_are_base64_in_json_and_bytes_in_cbor():
    message = CompressedImage(format="jpeg", data=b"\0\1\xff")
    assert json_values(message)["data"] == "AAH/"
    assert cbor_values(message)["data"] == b"\0\1\xff"


def test_octets_are_numbers():
    status = DiagnosticStatus(level=DiagnosticStatus.ERROR, values=[KeyValue(key="k", value="v")])
    for values in (json_values(DiagnosticArray(status=[status])), cbor_values(DiagnosticArray(status=[status]))):
        assert values["status"][0]["level"] == 2
        assert values["status"][0]["values"] == [{"key": "k", "value": "v"}]
    message = ByteMultiArray(data=[b"\1", b"\2"])
    assert json_values(message)["data"] == [1, 2] and cbor_values(message)["data"] == b"\1\2"


def test_fixed_arrays_and_constants_of_a_message():
    values = json_values(CameraInfo(k=[float(number) for number in range(9)]))
    assert values["k"] == list(range(9)) and all(type(number) is float for number in values["k"])
    assert json_values(PointField(count=3))["count"] == 3


def test_typed_arrays_of_cbor():
    doubles = cbor_values(Float64MultiArray(data=[1.0, math.nan]))["data"]
    assert (doubles.tag, doubles.value[:8]) == (86, b"\0\0\0\0\0\0\xf0\x3f")
    integers = cbor_values(Int64MultiArray(data=[-1, 2]))["data"]
    assert (integers.tag, integers.value) == (79, b"\xff" * 8 + b"\2" + b"\0" * 7)
    assert cbor_values(CameraInfo())["k"].tag == 86
    cbor2.dumps(cbor_values(CameraInfo()))


def fill(message, values):
    filler = MessageFiller(make_message)
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


def fault_cases(cases):
    return [pytest.param(*case, marks=pytest.mark.fault) for case in cases]


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
        *fault_cases(
            (message, {"data": number}, "field data: expected a number of at most")
            for message in (Float32(), Float64())
            for number in (10**400, -(10**400), 10**4000, math.inf, -math.inf, math.nan)
        ),
        *fault_cases(
            (message, {"data": number}, "field data: expected a whole number from")
            for message in (Int8(), UInt64())
            for number in (10**400, -(10**400), 2**64, 1e300, math.inf, math.nan, True, "1", None, 0.5)
        ),
        *fault_cases(
            [(String(), {"data": number}, "field data: expected a string") for number in (True, 1e999, 10**400)]
        ),
        *fault_cases([(Bool(), {"data": number}, "expected true or false") for number in (1, 0.0, "true", None)]),
        (CompressedImage(), {"data": "not base64!"}, "field data: expected base64"),
        (CompressedImage(), {"data": [256]}, r"field data\[0\]"),
    ],
)
def test_what_does_not_fit_is_named(message, values, words):
    with pytest.raises(OperationError, match=words):
        fill(message, values)
