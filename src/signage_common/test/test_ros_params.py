from dataclasses import dataclass

import pytest
from rclpy.node import Node
from rclpy.parameter import Parameter
from signage_common.errors import ConfigurationError
from signage_common.params import parameter
from signage_common.ros_node import declare_params
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph


@dataclass(frozen=True)
class Params:
    rate_hz: float = parameter(30.0, "Frames a second, Hz.", 1.0, 120.0)
    mode: str = parameter("fast", "How it works.", choices=["fast", "slow"])
    names: tuple[str, ...] = parameter(("a",), "Some names.")


def declared(**overrides):
    with ros_graph() as graph:
        node = graph.add(Node, "node", params=overrides)
        return declare_params(node, Params), node.describe_parameter("rate_hz")


def test_defaults_and_descriptor():
    params, descriptor = declared()
    assert params == Params(30.0, "fast", ("a",))
    assert descriptor.description == "Frames a second, Hz."
    assert descriptor.floating_point_range[0].to_value == 120.0


def test_overrides():
    assert declared(rate_hz=5.0, names=["b", "c"])[0] == Params(5.0, "fast", ("b", "c"))


@pytest.mark.parametrize(("name", "value"), [("rate_hz", 0.5), ("rate_hz", "quick"), ("mode", "medium")])
def test_a_wrong_value_names_the_parameter(name, value):
    with pytest.raises(ConfigurationError, match=f"parameter {name}"):
        declared(**{name: value})


def test_a_parameter_is_read_only():
    with ros_graph() as graph:
        node = graph.add(Node, "node")
        declare_params(node, Params)
        assert not node.set_parameters([Parameter("rate_hz", value=10.0)])[0].successful
