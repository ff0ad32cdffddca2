"""``<log message>``, ``<log_info>``, ``<log_warning>``: say something at the start."""

from __future__ import annotations

from dataclasses import dataclass

from signage_launch.launch_xml.elements.registry import element
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template


@dataclass(frozen=True)
class Log:
    """Say something."""

    level: Template
    message: Template

    def perform(self, scope: Scope) -> None:
        """Add the message to the plan."""
        scope.plan.messages.append((self.level.fill(scope).upper(), self.message.fill(scope)))


@element("log", "log_info", "log_warning")
def read_log(entity: Entity) -> Log:
    """Read the element."""
    has_level = ("level",) if entity.tag == "log" else ()
    entity.check_action(("message", *has_level))
    level = "WARNING" if entity.tag == "log_warning" else entity.get("level") or "INFO"
    message = parse_template(entity.require("message"), entity.location)
    return Log(parse_template(level, entity.location), message)
