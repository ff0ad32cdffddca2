"""Processes: command lines with substitutions, what a node and any other executable share, and ``<executable>``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.plan import Output, ParameterText, ProcessPlan, Respawn, Scope, StopTimes
from signage_launch.launch_xml.substitutions import (
    Call,
    Pairs,
    Template,
    fill_pairs,
    optional_template_of,
    parse_template,
    read_pairs,
)
from signage_launch.launch_xml.values import parse_value

ATTRIBUTES = (
    "cwd", "output", "respawn", "respawn_delay", "respawn_max_retries", "launch-prefix",
    "sigterm_timeout", "sigkill_timeout", "on_exit", "emulate_tty", "shell",
)  # fmt: skip
CHILDREN = ("env",)


def parse_command(text: str, location: str) -> tuple[Template, ...]:
    """Split a command line; return one template for each argument.

    Arguments are separated as in a shell; what a substitution brings in is never split.

    Raises:
        ConfigurationError: a quote is not closed, or a substitution is wrong.
    """
    arguments: list[list[str | Call]] = [[]]
    for part in parse_template(text, location).parts:
        if isinstance(part, Call):
            arguments[-1].append(part)
            continue
        try:
            words = shlex.split(part)
        except ValueError as error:
            raise ConfigurationError(f"{location}: {error} in {text!r}") from None
        _add_words(arguments, part, words)
    return tuple(Template(tuple(parts), location) for parts in arguments if parts)


def _add_words(arguments: list[list[str | Call]], part: str, words: list[str]) -> None:
    if part[0].isspace():
        arguments.append([])
    for number, word in enumerate(words):
        if number:
            arguments.append([])
        arguments[-1].append(word)
    if part[-1].isspace():
        arguments.append([])


def fill_command(command: tuple[Template, ...], scope: Scope) -> list[str]:
    """Return the arguments with substitutions carried out."""
    return [argument.fill(scope) for argument in command]


@dataclass(frozen=True)
class ProcessSettings:
    """The settings of a process that node and executable share."""

    variables: Pairs
    cwd: Template | None
    output: Template
    respawn: Template
    respawn_delay_s: float
    respawn_max_retries: int
    prefix: tuple[Template, ...]
    stop: StopTimes
    ends_launch: bool
    location: str

    def plan(self, name: str, arguments: Sequence[str | ParameterText], scope: Scope, node: str = "") -> ProcessPlan:
        """Return the plan of the process.

        Raises:
            ConfigurationError: a setting has a value that does not fit.
        """
        return ProcessPlan(
            name=name,
            arguments=(*fill_command(self.prefix, scope), *arguments),
            environment={**scope.environment, **fill_pairs(self.variables, scope)},
            cwd=None if self.cwd is None else Path(self.cwd.fill(scope)),
            output=self._output(scope),
            respawn=Respawn(self._respawns(scope), self.respawn_delay_s, self.respawn_max_retries),
            stop=self.stop,
            ends_launch=self.ends_launch,
            node=node,
        )

    def _output(self, scope: Scope) -> Output:
        word = self.output.fill(scope)
        if word not in [output.value for output in Output]:
            raise ConfigurationError(f"{self.location}: attribute 'output': expected screen, log or both, got {word!r}")
        return Output(word)

    def _respawns(self, scope: Scope) -> bool:
        try:
            return bool(parse_value(self.respawn.fill(scope), "bool"))
        except ValueError as error:
            where = self.respawn.argument or f"{self.location}: attribute 'respawn'"
            raise ConfigurationError(f"{where}: {error}") from None


def read_process_settings(entity: Entity) -> ProcessSettings:
    """Read the attributes and children that node and executable share.

    Raises:
        ConfigurationError: one has a value that does not fit, or is not supported.
    """
    location = entity.location
    on_exit = entity.get("on_exit")
    if on_exit not in (None, "shutdown"):
        raise entity.error(f"attribute 'on_exit': expected shutdown, got {on_exit!r}")
    if entity.flag("shell"):
        raise entity.error("attribute 'shell': only false is supported by this runner")
    entity.flag("emulate_tty")
    return ProcessSettings(
        variables=read_pairs(entity, "env"),
        cwd=optional_template_of(entity, "cwd"),
        output=parse_template(entity.get("output") or "log", location),
        respawn=parse_template(entity.get("respawn") or "false", location),
        respawn_delay_s=_seconds(entity, "respawn_delay", 0.0),
        respawn_max_retries=int(entity.number("respawn_max_retries", "int", -1)),
        prefix=parse_command(entity.get("launch-prefix") or "", location),
        stop=_stop_times(entity),
        ends_launch=on_exit == "shutdown",
        location=location,
    )


def _stop_times(entity: Entity) -> StopTimes:
    usual = StopTimes()
    sigterm_s = _seconds(entity, "sigterm_timeout", usual.sigterm_s)
    return StopTimes(sigterm_s, _seconds(entity, "sigkill_timeout", usual.sigkill_s))


def _seconds(entity: Entity, name: str, default: float) -> float:
    value = float(entity.number(name, "float", default))
    if value < 0:
        raise entity.error(f"attribute '{name}': expected 0 or more seconds, got {value}")
    return value


@dataclass(frozen=True)
class Executable:
    """``<executable cmd>``: any program."""

    settings: ProcessSettings
    command: tuple[Template, ...]
    name: Template | None

    def perform(self, scope: Scope) -> None:
        """Add the process to the plan."""
        arguments = fill_command(self.command, scope)
        name = Path(arguments[0]).name if self.name is None else self.name.fill(scope)
        scope.plan.processes.append(self.settings.plan(name, arguments, scope))


def read_executable(entity: Entity) -> Executable:
    """Read ``<executable>``."""
    entity.check_action((*ATTRIBUTES, "cmd", "name"), CHILDREN)
    command = parse_command(entity.require("cmd"), entity.location)
    if not command:
        raise entity.error("attribute 'cmd': expected a command, got nothing")
    return Executable(read_process_settings(entity), command, optional_template_of(entity, "name"))
