"""``<remap from to>`` inside a node: another name for a topic or service."""

from __future__ import annotations

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template

Remaps = tuple[tuple[Template, Template], ...]


def read_remaps(entity: Entity) -> Remaps:
    """Read all ``<remap>`` of a node."""
    return tuple(_read(child) for child in entity.nested("remap"))


def _read(entity: Entity) -> tuple[Template, Template]:
    entity.check(("from", "to"))
    source = parse_template(entity.require("from"), entity.location)
    return source, parse_template(entity.require("to"), entity.location)


def remap_arguments(remaps: Remaps, scope: Scope) -> list[str]:
    """Return the command-line arguments of the remaps."""
    return [item for source, to in remaps for item in ("-r", f"{source.fill(scope)}:={to.fill(scope)}")]
