"""``<include file>``: another launch file in its place; ``<arg name value>`` inside are its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.elements.registry import Action, element, perform_all, read_actions
from signage_launch.launch_xml.entity import Entity, read_xml
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Include:
    """Carry out another launch file. As in ROS 2 launch, what it sets stays set unless a group is around it."""

    file: Template
    arguments: tuple[tuple[Template, Template], ...]

    def perform(self, scope: Scope) -> None:
        """Read the file and carry it out.

        Raises:
            ConfigurationError: the file can't be read, or includes itself.
        """
        path = Path(self.file.fill(scope)).absolute()
        if path in scope.files:
            raise ConfigurationError(f"{self.file.location}: {path} includes itself")
        for name, value in self.arguments:
            scope.configurations[name.fill(scope)] = value.fill(scope)
        perform_all(read_launch_file(path), scope.in_file(path))


@element("include")
def read_include(entity: Entity) -> Include:
    """Read the element."""
    entity.check_action(("file",), ("arg",))
    arguments = []
    for child in entity.nested("arg"):
        child.check(("name", "value"))
        name = parse_template(child.require("name"), child.location)
        arguments.append((name, parse_template(child.require("value"), child.location)))
    return Include(parse_template(entity.require("file"), entity.location), tuple(arguments))


def read_launch_file(path: Path) -> tuple[Action, ...]:
    """Read the actions of a launch file.

    Raises:
        ConfigurationError: it can't be read, is no launch file, or has an element that is not supported.
    """
    root = read_xml(path)
    if root.tag != "launch":
        raise root.error("expected <launch> as the root element")
    root.check(("version", "deprecated"), None)
    return read_actions(root.children)
