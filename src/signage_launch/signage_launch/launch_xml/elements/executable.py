"""``<executable cmd>``: any program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signage_launch.launch_xml.command_line import fill_command, parse_command
from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.process import ATTRIBUTES, CHILDREN, Process, read_process
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Executable:
    """Start a program."""

    process: Process
    command: tuple[Template, ...]
    name: Template | None

    def perform(self, scope: Scope) -> None:
        """Add the process to the plan."""
        arguments = fill_command(self.command, scope)
        name = Path(arguments[0]).name if self.name is None else self.name.fill(scope)
        scope.plan.processes.append(self.process.plan(name, arguments, scope))


@element("executable")
def read_executable(entity: Entity) -> Executable:
    """Read the element."""
    entity.check_action((*ATTRIBUTES, "cmd", "name"), CHILDREN)
    command = parse_command(entity.require("cmd"), entity.location)
    if not command:
        raise entity.error("attribute 'cmd': expected a command, got nothing")
    name = entity.get("name")
    return Executable(read_process(entity), command, None if name is None else parse_template(name, entity.location))
