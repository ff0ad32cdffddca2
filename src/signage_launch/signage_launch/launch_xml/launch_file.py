"""Launch files: which elements there are, and how a whole file becomes a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from signage_common.errors import ConfigurationError, shown

from signage_launch.launch_xml.arguments import check_given, declared_arguments, read_argument
from signage_launch.launch_xml.entity import Entity, read_xml, suggestion
from signage_launch.launch_xml.nodes import read_node, read_push_namespace
from signage_launch.launch_xml.plan import Plan, Scope
from signage_launch.launch_xml.process import read_executable
from signage_launch.launch_xml.substitutions import (
    Pairs,
    Template,
    fill_pairs,
    parse_template,
    read_pairs,
    template_of,
)
from signage_launch.launch_xml.values import BOOLEAN_WORDS


class Action(Protocol):
    """What an element does."""

    def perform(self, scope: Scope) -> None:
        """Carry it out: change the scope, or add to its plan."""


def plan_launch(path: Path, given: Mapping[str, str], environment: Mapping[str, str]) -> Plan:
    """Return the processes that a launch file starts.

    Args:
        path: the launch file.
        given: values of launch arguments.
        environment: variables that the launch is started with.

    Raises:
        ConfigurationError: the file or a value is wrong; the message says where.
    """
    path = path.absolute()
    actions = _read_launch_file(path)
    check_given(given, declared_arguments(path, environment))
    scope = Scope(dict(given), dict(environment), dict(environment), (path,), Plan(given=dict(given)))
    _perform_all(actions, scope)
    scope.plan.configurations.update(scope.configurations)
    scope.plan.environment.update(scope.environment)
    return scope.plan


def _read_launch_file(path: Path) -> tuple[Action, ...]:
    root = read_xml(path)
    if root.tag != "launch":
        raise root.error("expected <launch> as the root element")
    root.check(("version", "deprecated"), None)
    return _read_actions(root.children)


def _read_actions(entities: Iterable[Entity]) -> tuple[Action, ...]:
    return tuple(_read_action(entity) for entity in entities)


def _read_action(entity: Entity) -> Action:
    reader = _READERS.get(entity.tag)
    if reader is None:
        raise entity.error(f"this element is not supported by this runner{suggestion(entity.tag, _READERS)}")
    action = reader(entity)
    holds, fails = entity.get("if"), entity.get("unless")
    if holds is not None and fails is not None:
        raise entity.error("'if' and 'unless' exclude each other")
    if holds is not None:
        return Conditional(action, parse_template(holds, f"{entity.location} if"), True)
    if fails is not None:
        return Conditional(action, parse_template(fails, f"{entity.location} unless"), False)
    return action


def _perform_all(actions: Iterable[Action], scope: Scope) -> None:
    for action in actions:
        action.perform(scope)


@dataclass(frozen=True)
class Conditional:
    """An element with ``if`` or ``unless``.

    Attributes:
        action: what the element does.
        condition: a text that becomes true or false.
        expected: what it must become for the action to be carried out.
    """

    action: Action
    condition: Template
    expected: bool

    def perform(self, scope: Scope) -> None:
        """Carry the action out if the condition holds.

        Raises:
            ConfigurationError: the condition is neither true nor false.
        """
        text = self.condition.fill(scope)
        word = text.strip().lower()
        if word not in BOOLEAN_WORDS:
            where = self.condition.argument or self.condition.location
            raise ConfigurationError(f"{where}: expected true, 1, false or 0, got {shown(text)}")
        if BOOLEAN_WORDS[word] is self.expected:
            self.action.perform(scope)


@dataclass(frozen=True)
class Group:
    """``<group>``: elements that belong together.

    Attributes:
        actions: in order.
        is_scoped: whether what they set ends with the group.
        is_forwarding: whether they see what was set before it.
        keep: names and values that are set in the group.
    """

    actions: tuple[Action, ...]
    is_scoped: bool
    is_forwarding: bool
    keep: Pairs

    def perform(self, scope: Scope) -> None:
        """Carry the actions out in their scope."""
        kept = fill_pairs(self.keep, scope)
        inner = self._scope(scope)
        inner.configurations.update(kept)
        _perform_all(self.actions, inner)

    def _scope(self, scope: Scope) -> Scope:
        if not self.is_scoped:
            return scope
        return scope.inner() if self.is_forwarding else scope.cleared()


def _read_group(entity: Entity) -> Group:
    entity.check_action(("scoped", "forwarding"), None)
    keep = read_pairs(entity, "keep")
    actions = _read_actions(child for child in entity.children if child.tag != "keep")
    return Group(actions, entity.flag("scoped", True), entity.flag("forwarding", True), keep)


@dataclass(frozen=True)
class Include:
    """``<include file>``: another launch file in its place; ``<arg name value>`` inside are its arguments.

    As in ROS 2 launch, what it sets stays set unless a group is around it.
    """

    file: Template
    arguments: Pairs

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
        _perform_all(_read_launch_file(path), scope.in_file(path))


def _read_include(entity: Entity) -> Include:
    entity.check_action(("file",), ("arg",))
    return Include(template_of(entity, "file"), read_pairs(entity, "arg"))


@dataclass(frozen=True)
class Let:
    """``<let name value>``: a value for ``$(var)`` from here on."""

    name: Template
    value: Template

    def perform(self, scope: Scope) -> None:
        """Set the value in this scope."""
        scope.configurations[self.name.fill(scope)] = self.value.fill(scope)


def _read_let(entity: Entity) -> Let:
    entity.check_action(("name", "value"))
    return Let(template_of(entity, "name"), template_of(entity, "value"))


@dataclass(frozen=True)
class SetEnv:
    """``<set_env name value>`` and ``<unset_env name>``: a variable of the processes from here on.

    Attributes:
        name: of the variable.
        value: None removes it.
    """

    name: Template
    value: Template | None

    def perform(self, scope: Scope) -> None:
        """Change the scope's environment."""
        name = self.name.fill(scope)
        if self.value is None:
            scope.environment.pop(name, None)
        else:
            scope.environment[name] = self.value.fill(scope)


def _read_set_env(entity: Entity) -> SetEnv:
    entity.check_action(("name", "value"))
    return SetEnv(template_of(entity, "name"), template_of(entity, "value"))


def _read_unset_env(entity: Entity) -> SetEnv:
    entity.check_action(("name",))
    return SetEnv(template_of(entity, "name"), None)


@dataclass(frozen=True)
class Log:
    """``<log message level>``, ``<log_info message>``, ``<log_warning message>``: a line at the start."""

    level: Template
    message: Template

    def perform(self, scope: Scope) -> None:
        """Add the message to the plan."""
        scope.plan.messages.append((self.level.fill(scope).upper(), self.message.fill(scope)))


def _read_log(entity: Entity) -> Log:
    entity.check_action(("message", "level") if entity.tag == "log" else ("message",))
    level = "WARNING" if entity.tag == "log_warning" else entity.get("level") or "INFO"
    return Log(parse_template(level, entity.location), template_of(entity, "message"))


_READERS: dict[str, Callable[[Entity], Action]] = {
    "arg": read_argument,
    "executable": read_executable,
    "group": _read_group,
    "include": _read_include,
    "let": _read_let,
    "log": _read_log,
    "log_info": _read_log,
    "log_warning": _read_log,
    "node": read_node,
    "push-ros-namespace": read_push_namespace,
    "push_ros_namespace": read_push_namespace,
    "set_env": _read_set_env,
    "unset_env": _read_unset_env,
}
