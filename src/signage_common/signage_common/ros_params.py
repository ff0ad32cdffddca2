"""Declare the parameters of a dataclass on a ROS node."""

from __future__ import annotations

from typing import TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.node import Node

from signage_common.errors import ConfigurationError
from signage_common.params import ParameterSpec, check_choice, specs

Params = TypeVar("Params")
_LIMIT = 2**31 - 1


def declare(node: Node, params: type[Params]) -> Params:
    """Declare every field of a parameter dataclass, read-only, and return the values that are set.

    Raises:
        ConfigurationError: a value has the wrong type or lies outside its range.
    """
    values = {}
    for name, (default, spec) in specs(params).items():
        values[name] = _declare_one(node, name, default, spec)
    return params(**values)


def _declare_one(node: Node, name: str, default: object, spec: ParameterSpec) -> object:
    ros_default = list(default) if isinstance(default, tuple) else default
    try:
        value = node.declare_parameter(name, ros_default, _descriptor(default, spec)).value
    except (InvalidParameterTypeException, InvalidParameterValueException) as error:
        raise ConfigurationError(f"parameter {name} of {node.get_fully_qualified_name()}: {error}") from None
    check_choice(name, value, spec)
    return tuple(value) if isinstance(default, tuple) else value


def _descriptor(default: object, spec: ParameterSpec) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(description=spec.description, read_only=True)
    descriptor.additional_constraints = f"one of: {', '.join(spec.choices)}" if spec.choices else ""
    if spec.minimum is None and spec.maximum is None:
        return descriptor
    low = -_LIMIT if spec.minimum is None else spec.minimum
    high = _LIMIT if spec.maximum is None else spec.maximum
    if isinstance(default, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=float(low), to_value=float(high))]
    else:
        descriptor.integer_range = [IntegerRange(from_value=int(low), to_value=int(high), step=1)]
    return descriptor
