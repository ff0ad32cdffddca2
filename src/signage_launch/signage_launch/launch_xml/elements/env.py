"""``<env name value>`` inside a process: a variable of that process alone."""

from __future__ import annotations

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template

Variables = tuple[tuple[Template, Template], ...]


def read_variables(entity: Entity) -> Variables:
    """Read all ``<env>`` of a process."""
    return tuple(_read(child) for child in entity.nested("env"))


def _read(entity: Entity) -> tuple[Template, Template]:
    entity.check(("name", "value"))
    name = parse_template(entity.require("name"), entity.location)
    return name, parse_template(entity.require("value"), entity.location)


def fill_environment(variables: Variables, scope: Scope) -> dict[str, str]:
    """Return the environment of a process: that of the scope and its own variables."""
    own = {name.fill(scope): value.fill(scope) for name, value in variables}
    return {**scope.environment, **own}
