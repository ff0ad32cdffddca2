"""``<arg name default description>``: a launch argument; ``<choice value>`` inside names what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Argument:
    """A launch argument.

    Attributes:
        name: as in ``name:=value``.
        default: None if it must be given.
        default_text: the default as it is written.
        description: one or more sentences; may be empty.
        choices: the values that are allowed; empty if any is.
        location: file, line and element.
    """

    name: str
    default: Template | None
    default_text: str | None
    description: str
    choices: tuple[str, ...]
    location: str

    def perform(self, scope: Scope) -> None:
        """Take the default where no value was given, and check the value.

        Raises:
            ConfigurationError: there is no value, or it is none of the choices.
        """
        if self.name not in scope.configurations:
            if self.default is None:
                raise ConfigurationError(
                    f"{self.location}: launch argument '{self.name}' is required: {self.name}:=VALUE"
                )
            scope.configurations[self.name] = self.default.fill(scope)
        value = scope.configurations[self.name]
        if self.choices and value not in self.choices:
            allowed = ", ".join(self.choices)
            raise ConfigurationError(f"launch argument {self.name}: expected one of {allowed}, got {value!r}")


def read_argument(entity: Entity) -> Argument:
    """Read the element."""
    entity.check_action(("name", "default", "description"), ("choice",))
    choices = []
    for choice in entity.nested("choice"):
        choice.check(("value",))
        choices.append(_unescape(choice.require("value")))
    text = entity.get("default")
    default = None if text is None else parse_template(text, f"{entity.location} default")
    description = _unescape(entity.get("description") or "")
    name = _unescape(entity.require("name"))
    return Argument(name, default, text, description, tuple(choices), entity.location)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


element("arg")(read_argument)
