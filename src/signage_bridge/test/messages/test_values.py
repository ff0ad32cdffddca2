import math

import cbor2
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from sensor_msgs.msg import CameraInfo, CompressedImage, PointField
from signage_bridge.messages.values import cbor_values, json_values
from signage_msgs.msg import AdSelection, Presence
from std_msgs.msg import ByteMultiArray, Float64MultiArray, Int64MultiArray


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
