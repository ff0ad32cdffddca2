"""What a node and any other executable have in common: environment, output, respawn, how they are stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

from signage_launch.launch_xml.command_line import fill_command, parse_command
from signage_launch.launch_xml.elements.env import Variables, fill_environment, read_variables
from signage_launch.launch_xml.entity import Entity
from signage_launch.launch_xml.plan import Output, ParameterText, ProcessPlan, Respawn, StopTimes
from signage_launch.launch_xml.scope import Scope
from signage_launch.launch_xml.template import Template, parse_template
from signage_launch.launch_xml.values import parse_value

ATTRIBUTES = (
    "cwd", "output", "respawn", "respawn_delay", "respawn_max_retries", "launch-prefix",
    "sigterm_timeout", "sigkill_timeout", "on_exit", "emulate_tty", "shell",
)  # fmt: skip
CHILDREN = ("env",)


@dataclass(frozen=True)
class Process:
    """The settings of a process that node and executable share."""

    variables: Variables
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
            environment=fill_environment(self.variables, scope),
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
            raise ConfigurationError(f"{self.location}: attribute 'respawn': {error}") from None


def read_process(entity: Entity) -> Process:
    """Read the attributes and children that node and executable share."""
    location = entity.location
    on_exit = entity.get("on_exit")
    if on_exit not in (None, "shutdown"):
        raise entity.error(f"attribute 'on_exit': expected shutdown, got {on_exit!r}")
    if parse_flag(entity, "shell"):
        raise entity.error("attribute 'shell': only false is supported by this runner")
    parse_flag(entity, "emulate_tty")
    return Process(
        variables=read_variables(entity),
        cwd=None if entity.get("cwd") is None else parse_template(entity.require("cwd"), location),
        output=parse_template(entity.get("output") or "log", location),
        respawn=parse_template(entity.get("respawn") or "false", location),
        respawn_delay_s=_seconds(entity, "respawn_delay", 0.0),
        respawn_max_retries=int(_number(entity, "respawn_max_retries", "int", -1)),
        prefix=parse_command(entity.get("launch-prefix") or "", location),
        stop=_stop_times(entity),
        ends_launch=on_exit == "shutdown",
        location=location,
    )


def parse_flag(entity: Entity, name: str, default: str = "false") -> bool:
    """Return an attribute that is true or false."""
    return bool(_number(entity, name, "bool", default == "true"))


def _stop_times(entity: Entity) -> StopTimes:
    usual = StopTimes()
    sigterm_s = _seconds(entity, "sigterm_timeout", usual.sigterm_s)
    return StopTimes(sigterm_s, _seconds(entity, "sigkill_timeout", usual.sigkill_s))


def _seconds(entity: Entity, name: str, default: float) -> float:
    value = float(_number(entity, name, "float", default))
    if value < 0:
        raise entity.error(f"attribute '{name}': expected 0 or more seconds, got {value}")
    return value


def _number(entity: Entity, name: str, type_name: str, default: float) -> float:
    text = entity.get(name)
    if text is None:
        return default
    try:
        return parse_value(text, type_name)  # type: ignore[return-value]  # float, int or bool, as named
    except ValueError as error:
        raise entity.error(f"attribute '{name}': {error}") from None
