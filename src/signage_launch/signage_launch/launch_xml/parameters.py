"""``<param>`` inside a node: a value, nested values, or a parameter file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.plan import ParameterText
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template
from signage_launch.launch_xml.values import TYPES, parse_value


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
            raise ConfigurationError(f"{self.value.location} {name}: {error}") from None


@dataclass(frozen=True)
class ParameterFile:
    """A parameter file; with ``substitute``, substitutions inside it are carried out."""

    path: Template
    substitute: bool

    def read(self, scope: Scope) -> str | ParameterText:
        """Return the path, or the text with its substitutions carried out.

        Raises:
            ConfigurationError: the file is missing, can't be read, or is no YAML.
        """
        path = Path(self.path.fill(scope))
        try:
            text = path.read_text()
            yaml.safe_load(text)
        except OSError as error:
            raise ConfigurationError(f"parameter file {path}: {error.strerror}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())
            raise ConfigurationError(f"parameter file {path}: not valid YAML: {reason}") from None
        return ParameterText(parse_template(text, str(path)).fill(scope)) if self.substitute else str(path)


Parameters = tuple[ParameterValue | ParameterFile, ...]


def read_parameters(entity: Entity) -> Parameters:
    """Read all ``<param>`` of a node."""
    return tuple(_read_file(child) if child.get("from") else _read_value(child) for child in entity.nested("param"))


def _read_file(entity: Entity) -> ParameterFile:
    entity.check(("from", "allow_substs"))
    try:
        substitute = bool(parse_value(entity.get("allow_substs") or "false", "bool"))
    except ValueError as error:
        raise entity.error(f"attribute 'allow_substs': {error}") from None
    return ParameterFile(parse_template(entity.require("from"), entity.location), substitute)


def _read_value(entity: Entity) -> ParameterValue:
    entity.check(("name", "value", "type"), ("param",))
    name = parse_template(entity.require("name"), entity.location)
    type_name = entity.get("type")
    if type_name is not None and type_name not in TYPES:
        raise entity.error(f"attribute 'type': expected one of {', '.join(TYPES)}, got {type_name!r}")
    if not entity.children:
        return ParameterValue(name, parse_template(entity.require("value"), entity.location), type_name)
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
            arguments += ["--params-file", _text(node or "/**", parameter.evaluate(scope))]
    return arguments


def _text(node: str, values: Mapping[str, Any]) -> ParameterText:
    return ParameterText(yaml.dump({node: {"ros__parameters": dict(values)}}, default_flow_style=False))
