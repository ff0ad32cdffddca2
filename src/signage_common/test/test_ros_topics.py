import pytest
from builtin_interfaces.msg import Time
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy
from signage_common import ros_topics
from signage_common.ros_topics import ns_to_stamp, stamp_to_ns


@pytest.mark.parametrize("time_ns", [0, 1, 999_999_999, 1_000_000_000, 1_795_334_399_123_456_789])
def test_a_stamp_keeps_every_nanosecond(time_ns):
    assert stamp_to_ns(ns_to_stamp(time_ns)) == time_ns


def test_the_fields_of_a_stamp():
    assert ns_to_stamp(5_000_000_007) == Time(sec=5, nanosec=7)


@pytest.mark.parametrize(
    ("name", "is_reliable", "is_latched"),
    [
        ("IMAGE_QOS", False, False),
        ("FACES_QOS", False, False),
        ("PRESENCE_QOS", True, False),
        ("AD_QOS", True, True),
        ("PLAYBACK_QOS", True, False),
    ],
)
def test_what_arrives(name, is_reliable, is_latched):
    qos = getattr(ros_topics, name)
    assert (qos.reliability is ReliabilityPolicy.RELIABLE) is is_reliable
    assert (qos.durability is DurabilityPolicy.TRANSIENT_LOCAL) is is_latched
