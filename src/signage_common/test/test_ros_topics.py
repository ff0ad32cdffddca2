import pytest
from builtin_interfaces.msg import Time
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy
from signage_common import ros_topics
from signage_common.errors import ConfigurationError
from signage_common.ros_topics import FACES_QOS, create_publisher, create_subscription, ns_to_stamp, stamp_to_ns


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


@pytest.fixture
def endpoints(graph):
    """Give both ends of a topic, in a node that was started with parameters; return their qualities of service."""

    def make(**overrides):
        params = {f"qos_overrides./deeplens1/faces.{name}": value for name, value in overrides.items()}
        node = graph.add(Node, "node", namespace="deeplens1", params=params)
        publisher = create_publisher(node, Time, "faces", FACES_QOS)
        return publisher.qos_profile, create_subscription(node, Time, "faces", print, FACES_QOS).qos_profile

    return make


@pytest.mark.fault
@pytest.mark.graph
def test_the_quality_of_service_may_be_overridden(endpoints):
    published, subscribed = endpoints(**{"publisher.reliability": "reliable", "publisher.depth": 9})
    assert (published.reliability, published.depth) == (ReliabilityPolicy.RELIABLE, 9)
    assert subscribed.reliability is FACES_QOS.reliability is ReliabilityPolicy.BEST_EFFORT


@pytest.mark.fault
@pytest.mark.graph
@pytest.mark.parametrize("end", ["publisher", "subscription"])
@pytest.mark.parametrize(
    ("policy", "value"), [("reliability", "nonsense"), ("depth", -1), ("depth", "deep"), ("history", 7)]
)
def test_a_wrong_override_is_a_configuration_error_of_one_line(endpoints, end, policy, value):
    with pytest.raises(ConfigurationError, match="parameters qos_overrides of faces: ") as told:
        endpoints(**{f"{end}.{policy}": value})
    assert "\n" not in str(told.value)
