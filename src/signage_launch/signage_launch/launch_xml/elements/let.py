"""``<let name value>``: a value for ``$(var)`` from here on."""

from __future__ import annotations

from dataclasses import dataclass

from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Let:
    """Set a value."""

    name: Template
    value: Template

    def perform(self, scope: Scope) -> None:
        """Set it in this scope."""
        scope.configurations[self.name.fill(scope)] = self.value.fill(scope)


@element("let")
def read_let(entity: Entity) -> Let:
    """Read the element."""
    entity.check_action(("name", "value"))
    name = parse_template(entity.require("name"), entity.location)
    return Let(name, parse_template(entity.require("value"), entity.location))
