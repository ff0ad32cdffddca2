import sys

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import CameraInfo
from signage_bridge.convert import (
    RosContent,
    args_to_request,
    import_type,
    make_message,
    msg_to_statuses,
    response_to_values,
    values_to_msg,
)
from signage_bridge.errors import OperationError
from signage_bridge.health import NodeStatus
from signage_bridge.rosbridge.payload import Compression
from signage_msgs.msg import AdPlayback, AdSelection, Presence
from signage_msgs.srv import ChooseAd
from std_msgs.msg import Header

NOW_NS = 5_000_000_007


def test_content_in_every_form():
    message = Presence(device="deeplens1", watchers=2)
    content = RosContent(message, NOW_NS)
    assert content.to_json()["watchers"] == content.to_cbor()["watchers"] == 2
    raw = content.to_raw()
    assert (raw["secs"], raw["nsecs"]) == (5, 7)
    assert deserialize_message(raw["bytes"], Presence) == message


@pytest.mark.parametrize("values", [{}, {"header": {"frame_id": "c"}}])
def test_a_header_without_a_stamp_gets_the_present_time(values):
    message, missing = values_to_msg(CameraInfo, values, NOW_NS)
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (5, 7)
    assert "header" not in missing and "header.stamp" not in missing and "width" in missing


def test_a_given_stamp_stays():
    message, _ = values_to_msg(CameraInfo, {"header": {"stamp": {"sec": 3}}}, NOW_NS)
    assert (message.header.stamp.sec, message.header.stamp.nanosec) == (3, 0)


def test_missing_fields_are_told():
    assert values_to_msg(AdPlayback, {"event": 1}, NOW_NS)[1][:2] == ["stamp", "screen"]


def test_arguments_by_name_and_in_order():
    assert args_to_request(ChooseAd, {"watchers": 2}, NOW_NS).watchers == 2
    assert args_to_request(ChooseAd, ["20f", "deeplens1"], NOW_NS).device == "deeplens1"
    assert args_to_request(ChooseAd, [], NOW_NS) == ChooseAd.Request()
    with pytest.raises(OperationError, match="at most 3 arguments, got 4"):
        args_to_request(ChooseAd, ["20f", "", 1, 2], NOW_NS)


def test_responses():
    response = ChooseAd.Response(success=True)
    response.selection.durations_s = [2.0]
    assert response_to_values(response, Compression.NONE)["selection"]["durations_s"] == [2.0]
    assert response_to_values(response, Compression.CBOR)["selection"]["durations_s"].tag == 85


def test_statuses():
    message = DiagnosticArray(status=[DiagnosticStatus(name="a: b", level=DiagnosticStatus.WARN, message="hm")])
    assert msg_to_statuses(message) == [NodeStatus("a: b", 1, "hm")]


def test_installed_types():
    assert import_type("signage_msgs/msg/AdSelection") is AdSelection
    assert import_type("signage_msgs/srv/ChooseAd") is ChooseAd
    assert make_message("std_msgs/Header") == Header()


@pytest.mark.parametrize(
    "name", ["antigravity/msg/Fly", "std_msgs/msg/Nothing", "std_msgs/msg/Int8_", "rclpy/msg/Node"]
)
def test_no_other_type_is_imported(name):
    with pytest.raises(OperationError, match="is not installed"):
        import_type(name)
    assert "antigravity" not in sys.modules
