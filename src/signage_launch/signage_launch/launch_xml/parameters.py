"""Parameters of nodes: ``<param>`` in launch files, and what ROS 2 makes of several that name the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.parameter_text import (
    PARAMETERS,
    check_lists,
    compose,
    dump_parameters,
    filled,
    joined,
    load,
    retype,
    serialize,
)
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
        return ParameterText(serialize(filled(root, lambda text, line: _fill(text, f"{path}:{line}", scope))))


def _fill(text: str, location: str, scope: Scope) -> str:
    return parse_template(text, location).fill(scope)


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


def retyped(process: ProcessPlan, types: Mapping[str, type], changes: Mapping[str, int] | None = None) -> ProcessPlan:
    """Return a process whose parameters are read as their types ask for; see ``parameter_text.retype``.

    Args:
        process: its parameter files are read now, and are texts of the plan in what is returned.
        types: by name of the parameter.
        changes: what stands in place of 0, by name of the parameter.

    Raises:
        ConfigurationError: a parameter file can't be read, or is no YAML.
    """
    arguments = list(process.arguments)
    for index in _file_indexes(process):
        arguments[index] = retyped_text(*_located_text(arguments[index]), types, changes or {})
    return replace(process, arguments=tuple(arguments))


def retyped_text(
    location: str, text: str, types: Mapping[str, type], changes: Mapping[str, int], before: str = ""
) -> ParameterText:
    """Return the text of a parameter file with values as their types ask for.

    Args:
        location: for messages.
        text: of the file.
        types: as of ``retyped``.
        changes: as of ``retyped``.
        before: parameters that are to come first, as a text.
    """
    roots = [root for root in (compose(before, location), compose(text, location)) if root is not None]
    for root in roots:
        retype(root, types, changes)
        check_lists(root, location)
    return ParameterText(serialize(joined(roots)))


def effective_parameters(process: ProcessPlan) -> dict[str, Any]:
    """Return the parameters of a node by name.

    Entries for one node name are merged in the order they come; entries for different names that match the node count
    in the order in which each name came first, the last one winning, as in rcl's parameter parser.
    """
    entries: dict[str, dict[str, Any]] = {}
    for index in _file_indexes(process):
        location, text = _located_text(process.arguments[index])
        for name, values in _entries("", load(text, location)):
            entries.setdefault(name, {}).update(values)
    merged: dict[str, Any] = {}
    for name, values in entries.items():
        if _pattern(name).fullmatch(process.node):
            merged.update(values)
    return merged


def _file_indexes(process: ProcessPlan) -> list[int]:
    flags = enumerate(process.arguments[:-1], start=1)
    return [index for index, flag in flags if flag == "--params-file"]


def _located_text(argument: str | ParameterText) -> tuple[str, str]:
    """Return where a text of parameters stands, and the text."""
    if isinstance(argument, ParameterText):
        return "parameters of the launch file", argument.text
    return f"parameter file {argument}", read_parameter_file(Path(argument))


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
