"""Check before the start that the parameters of a node have values that it will take."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from signage_common.errors import ConfigurationError, shown
from signage_common.params import ParameterSpec, check_choice, specs

from signage_launch.launch_xml.parameter_text import check_text
from signage_launch.launch_xml.parameters import effective_parameters
from signage_launch.launch_xml.plan import Plan

_OF_ROS = re.compile(r"use_sim_time$|start_type_description_service$|qos_overrides\.")
_KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def parameter_types(params: Iterable[type]) -> dict[str, type]:
    """Return the types of all parameters of some parameter dataclasses by name; of a list, the type of its items."""
    return {
        name: type(default[0]) if isinstance(default, tuple) else type(default)
        for each in params
        for name, (default, _) in specs(each).items()
    }


def unknown_parameters(plan: Plan, params: Mapping[str, type]) -> list[str]:
    """Return a line for each parameter that the user's file sets for a node of ours and none of ours has.

    ROS 2 ignores such a one.

    Args:
        plan: the graph.
        params: the parameter dataclass of the node that has this name.
    """
    file = plan.configurations.get("params_file")
    if not file:
        return []
    known = {name for each in params.values() for name in specs(each)}
    lines = []
    for process in plan.processes:
        node = process.node.rpartition("/")[2]
        if node in params:
            names = effective_parameters(replace(process, arguments=("--params-file", file))).keys() - known
            lines += [_unknown(node, name, specs(params[node])) for name in sorted(names) if not _OF_ROS.match(name)]
    return lines


def _unknown(node: str, name: str, own: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, own, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"node {node} has no parameter {shown(name)[1:-1]}, which has no effect{hint}"


def check_values(params: type, values: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Check values against a parameter dataclass: type, range, choices, and what they must be together.

    Args:
        params: the dataclass.
        values: by name; what it does not know is nobody's business here.
        given: the launch arguments; a value that came from one is called by it.

    Raises:
        ConfigurationError: a value does not fit; the message names it, what was expected, and what came.
    """
    known = {}
    for name, (default, spec) in specs(params).items():
        if name in values:
            known[name] = _checked(_subject(name, values[name], given), name, values[name], default, spec)
    params(**known)


def _subject(name: str, value: Any, given: Mapping[str, str]) -> str:
    text = given.get(name)
    is_argument = text is not None and (text in (value, str(value)) or _number(text) == value)
    return f"launch argument {name}" if is_argument else f"parameter {name}"


def _number(text: str) -> float | bool | None:
    try:
        return float(text)
    except ValueError:
        return {"true": True, "false": False}.get(text.lower())


def _checked(subject: str, name: str, value: Any, default: Any, spec: ParameterSpec) -> Any:
    is_list = isinstance(default, tuple)
    kind = type(default[0]) if is_list else type(default)
    if is_list and not isinstance(value, list):
        raise ConfigurationError(f"{subject}: expected a list, got {shown(str(value))}")
    for each in value if is_list else [value]:
        if type(each) is not kind:
            raise ConfigurationError(f"{subject}: expected {_KINDS[kind]}, got {shown(str(each))}")
        check_text(subject, each)
    if not is_list and kind in (int, float):
        _check_range(subject, value, spec)
    try:
        check_choice(name, value, spec)
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace(f"parameter {name}", subject, 1)) from None
    return tuple(value) if is_list else value


def _check_range(subject: str, value: float, spec: ParameterSpec) -> None:
    low, high = spec.bounds
    if not low <= value <= high:  # nan is in no range
        raise ConfigurationError(f"{subject}: expected {_written(low)} to {_written(high)}, got {_written(value)}")


def _written(value: float) -> str:
    return shown(str(value)).strip("'") if isinstance(value, int) else f"{value:g}"
