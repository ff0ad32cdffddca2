"""What every node does beside its work: its parameters, its device, its health, and its process from start to end."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.node import Node
from rclpy.parameter import Parameter
from signage_common.domains import reserved_domain
from signage_common.errors import ConfigurationError
from signage_common.health import Health, Level
from signage_common.params import parameter
from signage_common.ros_diagnostics import DiagnosticsPublisher, device_name
from signage_common.ros_params import declare_params

pytestmark = pytest.mark.graph


@dataclass(frozen=True)
class Params:
    rate_hz: float = parameter(30.0, "Frames a second, Hz.", 1.0, 120.0)
    mode: str = parameter("fast", "How it works.", choices=["fast", "slow"])
    names: tuple[str, ...] = parameter(("a",), "Some names.")


@pytest.fixture
def declared(graph):
    """Declare the parameters on a node that is given some of them; return the values and the node."""

    def declare(**overrides):
        node = graph.add(Node, "node", params=overrides)
        return declare_params(node, Params), node

    return declare


def test_defaults_and_descriptor(declared):
    params, node = declared()
    descriptor = node.describe_parameter("rate_hz")
    assert params == Params(30.0, "fast", ("a",))
    assert descriptor.description == "Frames a second, Hz."
    assert descriptor.floating_point_range[0].to_value == 120.0


def test_overrides(declared):
    assert declared(rate_hz=5.0, names=["b", "c"])[0] == Params(5.0, "fast", ("b", "c"))


@pytest.mark.parametrize(("name", "value"), [("rate_hz", 0.5), ("rate_hz", "quick"), ("mode", "medium")])
def test_a_wrong_value_names_the_parameter(declared, name, value):
    with pytest.raises(ConfigurationError, match=f"parameter {name}"):
        declared(**{name: value})


def test_a_parameter_is_read_only(declared):
    _, node = declared()
    assert not node.set_parameters([Parameter("rate_hz", value=10.0)])[0].successful


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


PROCESS = """
import os, signal, sys
from rclpy.node import Node
from signage_common.errors import ConfigurationError
from signage_common.ros_node import run_node

class Probe(Node):
    def __init__(self):
        super().__init__("probe")
        self.create_timer(0.01, self.act)
        if {when!r} == "start":
            act = {act!r}
            exec(act)

    def act(self):
        if {when!r} == "spin":
            exec({act!r})

sys.exit(run_node(Probe))
"""


def run(when, act):
    with reserved_domain() as domain_id:
        env = {"ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
        program = PROCESS.format(when=when, act=act)
        command = [sys.executable, "-c", program]
        return subprocess.run(
            command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.mark.parametrize("when", ["start", "spin"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly_at_any_time(when, number):
    end = run(when, f"os.kill(os.getpid(), {int(number)})")
    assert (end.returncode, end.stderr) == (0, "")


@pytest.mark.parametrize("when", ["start", "spin"])
def test_what_a_signal_breaks_is_no_failure(when):
    end = run(when, "os.kill(os.getpid(), signal.SIGTERM); raise RuntimeError('broken by the signal')")
    assert (end.returncode, end.stderr) == (0, "")


@pytest.mark.parametrize("when", ["start", "spin"])
def test_a_users_mistake_is_one_line_and_status_2(when):
    end = run(when, "raise ConfigurationError('ads.yaml: expected a file')")
    assert (end.returncode, end.stderr) == (2, "error: ads.yaml: expected a file\n")


def test_a_fault_of_ours_is_not_hidden():
    end = run("spin", "raise RuntimeError('a fault')")
    assert end.returncode == 1 and "a fault" in end.stderr
