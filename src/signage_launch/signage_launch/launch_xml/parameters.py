"""Parameters of nodes: ``<param>`` in launch files, and what ROS 2 makes of several that name the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.parameter_text import PARAMETERS, compose, dump_parameters, filled, serialize
from signage_launch.launch_xml.plan import ParameterText, ProcessPlan, Scope
from signage_launch.launch_xml.substitutions import Template, parse_template, template_of
from signage_launch.launch_xml.values import TYPES, parse_value

_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class ParameterValue:
    """A parameter given in the launch file; a tuple as its value holds nested ones."""

    name: Template
    value: Template | tuple[ParameterValue, ...]
    type_name: str | None

    def evaluate(self, scope: Scope) -> dict[str, Any]:
        """Return name and value; a nested one has the names around it and dots before its own.

        Raises:
            ConfigurationError: the value does not fit its type.
        """
        name = self.name.fill(scope)
        if isinstance(self.value, tuple):
            return {f"{name}.{key}": value for item in self.value for key, value in item.evaluate(scope).items()}
        try:
            return {name: parse_value(self.value.fill(scope), self.type_name)}
        except ValueError as error:
            where = self.value.argument or f"{self.value.location} {name}"
            raise ConfigurationError(f"{where}: {error}") from None


@dataclass(frozen=True)
class ParameterFile:
    """A parameter file.

    Attributes:
        path: where it is.
        has_substitutions: whether substitutions inside it are carried out.
    """

    path: Template
    has_substitutions: bool

    def read(self, scope: Scope) -> str | ParameterText:
        """Return the path, or the text with its substitutions carried out.

        Raises:
            ConfigurationError: the file is missing, can't be read, or is no YAML.
        """
        path = Path(self.path.fill(scope))
        text = read_parameter_file(path)
        root = compose(text, f"parameter file {path}")
        if root is None or not self.has_substitutions:
            return str(path)
        root = filled(root, lambda text, line: parse_template(text, f"{path}:{line}").fill(scope))
        return ParameterText(serialize(root))


def read_parameter_file(path: Path) -> str:
    """Return the text of a parameter file.

    Raises:
        ConfigurationError: it can't be read, or is no text.
    """
    try:
        return read_file(path, _MOST_BYTES).decode()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not valid UTF-8"
        raise ConfigurationError(f"parameter file {path}: {reason}") from None


Parameters = tuple[ParameterValue | ParameterFile, ...]


def read_parameters(entity: Entity) -> Parameters:
    """Read all ``<param>`` of a node."""
    return tuple(_read_file(child) if child.get("from") else _read_value(child) for child in entity.nested("param"))


def _read_file(entity: Entity) -> ParameterFile:
    entity.check(("from", "allow_substs"))
    return ParameterFile(template_of(entity, "from"), entity.flag("allow_substs"))


def _read_value(entity: Entity) -> ParameterValue:
    entity.check(("name", "value", "type"), ("param",))
    name = template_of(entity, "name")
    type_name = entity.get("type")
    if type_name is not None and type_name not in TYPES:
        raise entity.error(f"attribute 'type': expected one of {', '.join(TYPES)}, got {type_name!r}")
    if not entity.children:
        return ParameterValue(name, template_of(entity, "value"), type_name)
    if entity.get("value") is not None or type_name is not None:
        raise entity.error("'value' and 'type' can't stand beside nested parameters")
    return ParameterValue(name, tuple(_read_value(child) for child in entity.children), None)


def parameter_arguments(parameters: Parameters, node: str, scope: Scope) -> list[str | ParameterText]:
    """Return the command-line arguments of the parameters.

    Args:
        parameters: in the order of the launch file.
        node: fully qualified name of the node; empty if any part of it is open.
        scope: for substitutions.
    """
    arguments: list[str | ParameterText] = []
    for parameter in parameters:
        if isinstance(parameter, ParameterFile):
            arguments += ["--params-file", parameter.read(scope)]
        else:
            text = dump_parameters(node or "/**", parameter.evaluate(scope))
            arguments += ["--params-file", ParameterText(text)]
    return arguments


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
            yield value.text if isinstance(value, ParameterText) else read_parameter_file(Path(value))


def _entries(prefix: str, content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items() if isinstance(content, Mapping) else ():
        if key == PARAMETERS and isinstance(value, Mapping):
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
