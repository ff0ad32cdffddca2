"""``<group>``: elements with a scope of their own, unless ``scoped`` is false."""

from __future__ import annotations

from dataclasses import dataclass

from signage_launch.launch_xml.elements.registry import Action, element, perform_all, read_actions
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template
from signage_launch.launch_xml.values import parse_value


@dataclass(frozen=True)
class Group:
    """Elements that belong together.

    Attributes:
        actions: in order.
        scoped: whether what they set ends with the group.
        forwarding: whether they see what was set before it.
        keep: names and values that are set in the group.
    """

    actions: tuple[Action, ...]
    scoped: bool
    forwarding: bool
    keep: tuple[tuple[Template, Template], ...]

    def perform(self, scope: Scope) -> None:
        """Carry the actions out in their scope."""
        kept = {name.fill(scope): value.fill(scope) for name, value in self.keep}
        inner = self._scope(scope)
        inner.configurations.update(kept)
        perform_all(self.actions, inner)

    def _scope(self, scope: Scope) -> Scope:
        if not self.scoped:
            return scope
        return scope.inner() if self.forwarding else scope.cleared()


@element("group")
def read_group(entity: Entity) -> Group:
    """Read the element."""
    entity.check_action(("scoped", "forwarding"), None)
    keep = tuple(_read_keep(child) for child in entity.nested("keep"))
    actions = read_actions(child for child in entity.children if child.tag != "keep")
    return Group(actions, _flag(entity, "scoped"), _flag(entity, "forwarding"), keep)


def _read_keep(entity: Entity) -> tuple[Template, Template]:
    entity.check(("name", "value"))
    name = parse_template(entity.require("name"), entity.location)
    return name, parse_template(entity.require("value"), entity.location)


def _flag(entity: Entity, name: str) -> bool:
    try:
        return bool(parse_value(entity.get(name) or "true", "bool"))
    except ValueError as error:
        raise entity.error(f"attribute '{name}': {error}") from None
