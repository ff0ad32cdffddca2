"""Which parameters a planned node will get, as ROS 2 merges them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from signage_launch.launch_xml.plan import ParameterText, ProcessPlan

_PARAMETERS = "ros__parameters"


def effective_parameters(process: ProcessPlan) -> dict[str, Any]:
    """Return the parameters of a node by name.

    Entries for one node name are merged in the order they come; entries for different names that match the node count
    in the order in which each name came first, the last one winning, as in rcl's parameter parser.
    """
    entries: dict[str, dict[str, Any]] = {}
    for text in _texts(process):
        for name, values in _entries("", yaml.safe_load(text)):
            entries.setdefault(name, {}).update(values)
    merged: dict[str, Any] = {}
    for name, values in entries.items():
        if _pattern(name).fullmatch(process.node):
            merged.update(values)
    return merged


def _texts(process: ProcessPlan) -> Iterator[str]:
    for flag, value in zip(process.arguments, process.arguments[1:], strict=False):
        if flag == "--params-file":
            yield value.text if isinstance(value, ParameterText) else Path(value).read_text()


def _entries(prefix: str, content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items() if isinstance(content, Mapping) else ():
        if key == _PARAMETERS and isinstance(value, Mapping):
            yield prefix, dict(_flat("", value))
        elif isinstance(key, str):
            yield from _entries(f"{prefix}/{key.strip('/')}", value)


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value


def _pattern(name: str) -> re.Pattern[str]:
    """Return a pattern for a node name with wildcards: ``**`` any number of parts, ``*`` one part."""
    parts = [
        r"(/[^/]+)*" if part == "**" else "/" + re.escape(part).replace(r"\*", "[^/]+")
        for part in name.split("/")
        if part
    ]
    return re.compile("".join(parts))
