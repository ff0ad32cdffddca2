"""``<set_env name value>`` and ``<unset_env name>``: an environment variable of the processes from here on."""

from __future__ import annotations

from dataclasses import dataclass

from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class SetEnv:
    """Set a variable, or remove it where there is no value."""

    name: Template
    value: Template | None

    def perform(self, scope: Scope) -> None:
        """Change the scope's environment."""
        name = self.name.fill(scope)
        if self.value is None:
            scope.environment.pop(name, None)
        else:
            scope.environment[name] = self.value.fill(scope)


@element("set_env")
def read_set_env(entity: Entity) -> SetEnv:
    """Read the element."""
    entity.check_action(("name", "value"))
    name = parse_template(entity.require("name"), entity.location)
    return SetEnv(name, parse_template(entity.require("value"), entity.location))


@element("unset_env")
def read_unset_env(entity: Entity) -> SetEnv:
    """Read the element."""
    entity.check_action(("name",))
    return SetEnv(parse_template(entity.require("name"), entity.location), None)
