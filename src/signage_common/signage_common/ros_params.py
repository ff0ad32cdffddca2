"""Parameters of a node as ROS sees them: declared from a dataclass, and the live ones set while the node runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor, SetParametersResult
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.node import Node
from rclpy.parameter import Parameter

from signage_common.errors import ConfigurationError
from signage_common.params import ParameterSpec, check_choice, specs

Params = TypeVar("Params")
_LIMIT = 2**31 - 1
_FIXED = "read once at the start: give it where the node is started, and start it again"


def declare_params(node: Node, params: type[Params], on_change: Callable[[Params], None] | None = None) -> Params:
    """Declare every field of a parameter dataclass and return the values that are set.

    Args:
        node: whose parameters they are.
        params: a frozen dataclass of ``parameter`` fields. It may refuse values that don't go together: its
            ``__post_init__`` raises ConfigurationError.
        on_change: is called in the executor's thread with all values after live ones have been set; without it
            no parameter is live. All others are read-only.

    Raises:
        ConfigurationError: a value has the wrong type or lies outside its range.
    """
    values = {}
    for name, (default, spec) in specs(params).items():
        values[name] = _declare_one(node, name, default, spec, spec.is_live and on_change is not None)
    try:
        declared = params(**values)
    except ConfigurationError as error:
        raise ConfigurationError(f"parameters of {node.get_fully_qualified_name()}: {error}") from None
    if on_change is not None:
        _LiveParams(node, declared, on_change)
    return declared


class _LiveParams(Generic[Params]):
    """Take what is set while the node runs: all of a request or nothing."""

    def __init__(self, node: Node, declared: Params, on_change: Callable[[Params], None]) -> None:
        self._values = declared
        self._on_change = on_change
        node.add_on_set_parameters_callback(self._check)
        node.add_post_set_parameters_callback(self._apply)

    def _check(self, request: Sequence[Parameter[Any]]) -> SetParametersResult:
        try:
            self._with(request)
        except ConfigurationError as error:
            return SetParametersResult(successful=False, reason=str(error))
        return SetParametersResult(successful=True)

    def _apply(self, request: Sequence[Parameter[Any]]) -> None:
        values = self._with(request)
        if values != self._values:
            self._values = values
            self._on_change(values)

    def _with(self, request: Sequence[Parameter[Any]]) -> Params:
        """Return the values with those of a request among them; names that are not ours are left to others.

        Raises:
            ConfigurationError: one is none of its choices, or they don't go together.
        """
        known = specs(type(self._values))
        changes: dict[str, Any] = {}
        for each in request:
            if each.name in known:
                default, spec = known[each.name]
                check_choice(each.name, each.value, spec)
                changes[each.name] = tuple(each.value) if isinstance(default, tuple) else each.value
        return dataclasses.replace(self._values, **changes)  # type: ignore[type-var]  # specs() took a dataclass


def _declare_one(node: Node, name: str, default: object, spec: ParameterSpec, is_live: bool) -> object:
    ros_default = list(default) if isinstance(default, tuple) else default
    try:
        value = node.declare_parameter(name, ros_default, _descriptor(default, spec, is_live)).value
    except (InvalidParameterTypeException, InvalidParameterValueException) as error:
        raise ConfigurationError(f"parameter {name} of {node.get_fully_qualified_name()}: {error}") from None
    check_choice(name, value, spec)
    return tuple(value) if isinstance(default, tuple) else value


def _descriptor(default: object, spec: ParameterSpec, is_live: bool) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(description=spec.description, read_only=not is_live)
    rules = [f"one of: {', '.join(spec.choices)}"] if spec.choices else []
    descriptor.additional_constraints = "; ".join(rules if is_live else [*rules, _FIXED])
    if spec.minimum is None and spec.maximum is None:
        return descriptor
    low = -_LIMIT if spec.minimum is None else spec.minimum
    high = _LIMIT if spec.maximum is None else spec.maximum
    if isinstance(default, float):
        descriptor.floating_point_range = [FloatingPointRange(from_value=float(low), to_value=float(high))]
    else:
        descriptor.integer_range = [IntegerRange(from_value=int(low), to_value=int(high), step=1)]
    return descriptor
