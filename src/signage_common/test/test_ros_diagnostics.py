"""A node's health on /diagnostics, and what keeps it alive: the last net around callbacks, timers nobody stops."""

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.node import Node
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import DiagnosticsPublisher, device_name, guarded, publish_quietly, steady_timer
from signage_common.ros_testing import ros_graph
from std_msgs.msg import String
from std_srvs.srv import Trigger

pytestmark = pytest.mark.graph


@pytest.mark.parametrize(
    ("namespace", "device"), [("", "deeplens1"), ("lobby", "lobby"), ("/site/lobby", "site/lobby")]
)
def test_a_device_is_the_namespace(graph, namespace, device):
    assert device_name(graph.add(Node, "node", namespace=namespace)) == device


def test_health_is_published_at_once_and_again(graph):
    heard = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", heard.append, 10)
    node = graph.add(Node, "camera", namespace="deeplens1")
    states = [Health(Level.OK, "runs", {"fps": 29.9}), Health(Level.ERROR, "lost")]
    diagnostics = DiagnosticsPublisher(node, lambda: states[0], hardware_id="/dev/video0")
    graph.spin_until(lambda: heard, what="regular report")
    states.pop(0)
    diagnostics.publish()
    graph.spin_until(lambda: heard[-1].status[0].level == DiagnosticStatus.ERROR, what="report of the change")
    first, last = heard[0].status[0], heard[-1].status[0]
    assert (first.name, first.message, first.hardware_id) == ("deeplens1/camera: health", "runs", "/dev/video0")
    assert (first.level, first.values[0].key, first.values[0].value) == (DiagnosticStatus.OK, "fps", "29.9")
    assert (last.message, [pair.key for pair in last.values]) == ("lost", ["instance"])
    assert heard[0].header.stamp.sec > 0


def test_levels_are_those_of_the_message():
    assert {level.name: bytes([level]) for level in Level} == {
        name: getattr(DiagnosticStatus, name) for name in ("OK", "WARN", "ERROR")
    }


@pytest.fixture
def heard(graph):
    """What comes on /diagnostics."""
    statuses = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", lambda each: statuses.extend(each.status), 10)
    return statuses


def test_each_status_names_its_hardware(graph, heard):
    node = graph.add(Node, "camera", namespace="site/lobby")
    DiagnosticsPublisher(node, lambda: Health(Level.OK, "runs"))
    graph.spin_until(lambda: heard)
    assert (heard[0].name, heard[0].hardware_id) == ("site/lobby/camera: health", "site/lobby")


@pytest.mark.fault
def test_two_nodes_of_one_name_both_say_so(graph, heard, capfd):
    DiagnosticsPublisher(graph.add(Node, "camera", namespace="lobby"), lambda: Health(Level.OK, "runs"))
    graph.spin_until(lambda: heard)
    assert heard[-1].level == DiagnosticStatus.OK
    twin = graph.add(Node, "camera", namespace="lobby")
    DiagnosticsPublisher(twin, lambda: Health(Level.OK, "runs"))
    other = graph.add(Node, "camera", namespace="yard")
    DiagnosticsPublisher(other, lambda: Health(Level.OK, "runs"))
    del heard[:]

    def instances():
        return {
            pair.value
            for status in heard
            if status.level == DiagnosticStatus.ERROR and "another node /lobby/camera runs" in status.message
            for pair in status.values
            if pair.key == "instance"
        }

    graph.spin_until(lambda: len(instances()) == 2, what="both")
    graph.spin_until(lambda: any(status.name.startswith("yard") for status in heard))
    assert all(status.level == DiagnosticStatus.OK for status in heard if status.name.startswith("yard"))
    lines = [line for line in capfd.readouterr().err.splitlines() if "another node /lobby/camera runs" in line]
    assert len(lines) == 2 and all("[ERROR]" in line for line in lines), "each once"


@pytest.mark.fault
def test_an_error_that_nobody_foresaw_is_counted_and_the_node_lives_on(graph, heard):
    node, texts = graph.add(Node, "node"), []

    def take(message):
        if message.data == "bad":
            raise ZeroDivisionError("how so")
        texts.append(message.data)

    node.create_subscription(String, "texts", guarded(node, take), 10)
    DiagnosticsPublisher(node, lambda: Health(Level.OK, "runs"))
    publisher = graph.add(Node, "sender").create_publisher(String, "texts", 10)
    graph.spin_until(publisher.get_subscription_count)
    for text in ("bad", "bad", "good"):
        publisher.publish(String(data=text))
    graph.spin_until(lambda: texts == ["good"])
    graph.spin_until(lambda: heard and heard[-1].level == DiagnosticStatus.WARN)
    assert "unexpected errors: 2, last ZeroDivisionError in take: how so" in heard[-1].message


@pytest.mark.fault
def test_a_timer_goes_on_though_ros_time_stands_still(graph):
    node, ticks = graph.add(Node, "node", params={"use_sim_time": True}), []
    steady_timer(node, 0.01, lambda: ticks.append(node.get_clock().now().nanoseconds))
    clock = graph.probe().create_publisher(Clock, "/clock", 10)
    graph.spin_until(clock.get_subscription_count)
    message = Clock()
    for seconds in (3600, 1800, 7200):  # back, and forth
        message.clock.sec = seconds
        clock.publish(message)
        graph.spin_until(lambda expected=seconds: ticks and ticks[-1] == expected * 10**9)
        del ticks[:]
        graph.spin_until(lambda: len(ticks) > 5)


@pytest.mark.fault
def test_publishing_while_everything_ends_is_quiet():
    with ros_graph() as graph:
        node = graph.add(Node, "node")
        late, destroyed = node.create_publisher(String, "a", 1), node.create_publisher(String, "b", 1)
        node.destroy_publisher(destroyed)
        publish_quietly(destroyed, String())
        graph.context.shutdown()
        publish_quietly(late, String())


@pytest.mark.fault
def test_publishing_something_else_is_not_quiet(graph):
    with pytest.raises(TypeError):
        publish_quietly(graph.probe().create_publisher(String, "a", 1), Parameter("a", value=1))


@pytest.mark.fault
def test_a_service_whose_callback_fails_answers_nevertheless(graph):
    node = graph.add(Node, "node")

    def answer(request, response):
        response.message = "so far"
        raise ZeroDivisionError

    node.create_service(Trigger, "ask", guarded(node, answer))
    client = graph.probe("").create_client(Trigger, "/ask")
    graph.spin_until(client.service_is_ready, what="service")
    for _ in range(2):
        future = client.call_async(Trigger.Request())
        graph.spin_until(future.done, what="answer")
        assert (future.result().success, future.result().message) == (False, "so far")
