"""Which element is read by which function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from signage_launch.launch_xml.condition import Condition, read_condition
from signage_launch.launch_xml.entity import Entity, near
from signage_launch.launch_xml.scope import Scope


class Action(Protocol):
    """What an element does."""

    def perform(self, scope: Scope) -> None:
        """Carry it out: change the scope, or add to its plan."""


Reader = Callable[[Entity], Action]
READERS: dict[str, Reader] = {}


def element(*tags: str) -> Callable[[Reader], Reader]:
    """Register the function that reads an element, under each of its tags."""

    def register(reader: Reader) -> Reader:
        READERS.update(dict.fromkeys(tags, reader))
        return reader

    return register


@dataclass(frozen=True)
class Conditional:
    """An action that is carried out only if its condition holds."""

    action: Action
    condition: Condition

    def perform(self, scope: Scope) -> None:
        """Carry the action out if the condition holds."""
        if self.condition.holds(scope):
            self.action.perform(scope)


def read_action(entity: Entity) -> Action:
    """Read one element.

    Raises:
        ConfigurationError: it is unknown or not written as expected.
    """
    reader = READERS.get(entity.tag)
    if reader is None:
        raise entity.error(f"this element is not supported by this runner{near(entity.tag, READERS)}")
    action = reader(entity)
    condition = read_condition(entity)
    return action if condition is None else Conditional(action, condition)


def read_actions(entities: Iterable[Entity]) -> tuple[Action, ...]:
    """Read elements in order."""
    return tuple(read_action(entity) for entity in entities)


def perform_all(actions: Iterable[Action], scope: Scope) -> None:
    """Carry actions out in order."""
    for action in actions:
        action.perform(scope)
