"""Parameters of a node as ROS sees them: declared from a dataclass, and set while it runs."""

from dataclasses import dataclass

import pytest
from rcl_interfaces.srv import SetParameters
from rclpy.node import Node
from rclpy.parameter import Parameter
from signage_common.errors import ConfigurationError
from signage_common.params import parameter
from signage_common.ros_params import declare_params

pytestmark = pytest.mark.graph


@dataclass(frozen=True)
class Params:
    rate_hz: float = parameter(30.0, "Frames a second, Hz.", 1.0, 120.0)
    mode: str = parameter("fast", "How it works.", choices=["fast", "slow"])
    names: tuple[str, ...] = parameter(("a",), "Some names.")
    low_s: float = parameter(1.0, "The lower one, s.", 0.0, 10.0, is_live=True)
    high_s: float = parameter(2.0, "The higher one, s.", 0.0, 10.0, is_live=True)
    choice: str = parameter("one", "Which.", choices=["one", "two"], is_live=True)

    def __post_init__(self):
        if self.high_s < self.low_s:
            raise ConfigurationError("high_s: expected at least low_s")


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


@pytest.fixture
def live(graph):
    """A node with live parameters; return what sets some of them as any client does, and what the node learned."""
    node, changes = graph.add(Node, "node"), []
    declare_params(node, Params, changes.append)
    client = graph.probe().create_client(SetParameters, "/node/set_parameters")
    graph.spin_until(client.service_is_ready, what="service")

    def set_values(**values):
        request = SetParameters.Request(
            parameters=[Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        )
        answer = client.call_async(request)
        graph.spin_until(answer.done, what="answer")
        return [(result.successful, result.reason) for result in answer.result().results]

    return set_values, changes, node


@pytest.mark.fault
def test_a_live_parameter_acts_at_once(live):
    set_values, changes, node = live
    assert set_values(low_s=1.5, choice="two") == [(True, ""), (True, "")]
    assert changes[-1] == Params(low_s=1.5, choice="two")
    assert node.get_parameter("low_s").value == 1.5


@pytest.mark.fault
def test_what_does_not_change_is_not_told(live):
    set_values, changes, _ = live
    assert set_values(low_s=1.0) == [(True, "")]
    assert not changes


@pytest.mark.fault
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"low_s": 11.0}, "low_s"),
        ({"low_s": float("nan")}, "low_s"),
        ({"low_s": float("inf")}, "low_s"),
        ({"low_s": 1}, "Wrong parameter type"),
        ({"choice": "three"}, "expected one of one, two, got 'three'"),
        ({"low_s": 3.0}, "high_s: expected at least low_s"),
        ({"rate_hz": 10.0}, "read-only"),
        ({"mode": "slow"}, "read-only"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(live, values, reason):
    set_values, changes, node = live
    ((successful, why),) = set_values(**values)
    assert not successful and reason in why
    assert not changes and node.get_parameter("low_s").value == 1.0


@pytest.mark.fault
def test_tools_see_what_is_live_and_what_is_not(live):
    _, _, node = live
    fixed, tunable = node.describe_parameter("mode"), node.describe_parameter("choice")
    assert (fixed.read_only, tunable.read_only) == (True, False)
    assert fixed.additional_constraints.startswith("one of: fast, slow; read once at the start")
    assert tunable.additional_constraints == "one of: one, two"


@pytest.mark.fault
def test_values_that_do_not_go_together_stop_the_start(declared):
    with pytest.raises(ConfigurationError, match="high_s: expected at least low_s"):
        declared(low_s=5.0)
