import pytest
from signage_common.domains import reserved_domain
from signage_common.ros_testing import ros_graph
from std_msgs.msg import String

pytestmark = pytest.mark.graph


def test_two_graphs_never_share_a_domain():
    with reserved_domain() as first, reserved_domain() as second:
        assert first != second


def test_a_message_reaches_a_probe_of_the_same_graph_only():
    with ros_graph() as graph, ros_graph() as other:
        heard, overheard = [], []
        graph.probe().create_subscription(String, "talk", heard.append, 1)
        other.probe().create_subscription(String, "talk", overheard.append, 1)
        publisher = graph.probe().create_publisher(String, "talk", 1)
        graph.spin_until(lambda: publisher.get_subscription_count() > 0, what="discovery")
        publisher.publish(String(data="hello"))
        graph.spin_until(lambda: heard, what="message")
        other.executor.spin_once(timeout_sec=0.2)
        assert [message.data for message in heard] == ["hello"] and not overheard


def test_waiting_for_what_never_comes_ends():
    with ros_graph() as graph, pytest.raises(TimeoutError, match="miracle"):
        graph.spin_until(lambda: False, timeout_s=0.1, what="miracle")
