"""The flat result of reading launch files: which processes to start, and how.

``Scope`` is what an element sees while the plan is being made.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


class Output(enum.Enum):
    """Where the lines of a process go."""

    SCREEN = "screen"
    LOG = "log"
    BOTH = "both"


@dataclass(frozen=True)
class ParameterText:
    """Parameters given inside the launch file: the text of a parameter file to write at the start.

    Attributes:
        text: what the file holds.
        prefix: what stands before its path in the argument.
    """

    text: str
    prefix: str = ""


@dataclass(frozen=True)
class Respawn:
    """Whether a process that ended is started again.

    Attributes:
        is_enabled: false for a process that runs once.
        delay_s: how long to wait before.
        max_retries: how often at most; negative for any number of times.
    """

    is_enabled: bool = False
    delay_s: float = 0.0
    max_retries: int = -1


@dataclass(frozen=True)
class StopTimes:
    """How long a process may take to end.

    Attributes:
        sigterm_s: from SIGINT to SIGTERM.
        sigkill_s: from SIGTERM to SIGKILL.
    """

    sigterm_s: float = 2.0
    sigkill_s: float = 1.5


@dataclass(frozen=True)
class ProcessPlan:
    """One process to start.

    Attributes:
        name: what its lines are prefixed with.
        arguments: the program and its arguments.
        environment: all its variables.
        cwd: the folder it runs in; None for that of the launch.
        output: where its lines go.
        respawn: whether it is started again.
        stop: how long it may take to end.
        ends_launch: true if everything ends with it.
        is_launcher: true for ``ros2 launch``, which prefixes lines and ends its processes itself.
        is_own: true for a node of this workspace: it takes signals only when it can answer, and says when it is ready.
        own_names: of a launcher: the names of the nodes that it starts for which ``is_own`` holds.
        node: fully qualified name of the node, such as ``/deeplens1/camera``; empty if it is none or its name is open.
    """

    name: str
    arguments: tuple[str | ParameterText, ...]
    environment: Mapping[str, str]
    cwd: Path | None = None
    output: Output = Output.LOG
    respawn: Respawn = Respawn()
    stop: StopTimes = StopTimes()
    ends_launch: bool = False
    is_launcher: bool = False
    is_own: bool = False
    own_names: frozenset[str] = frozenset()
    node: str = ""

    def command(self, write: Callable[[str], Path]) -> list[str]:
        """Return the command line; ``write`` makes a file of each text of parameters and returns its path."""
        return [
            f"{item.prefix}{write(item.text)}" if isinstance(item, ParameterText) else item for item in self.arguments
        ]


@dataclass
class Plan:
    """What a launch comes to.

    Attributes:
        processes: in the order of the file.
        messages: level (INFO, WARNING) and text of what the launch files say.
        configurations: values of the launch arguments at the end.
        given: those of them that were given.
        environment: variables at the end of the top file.
    """

    processes: list[ProcessPlan] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)
    configurations: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass
class Scope:
    """What an element sees while it is carried out, and the plan that it adds to.

    Attributes:
        configurations: values of arguments and of ``let``, by name.
        environment: variables that processes started from here get.
        initial_environment: variables that the launch itself was started with.
        files: the launch files being read, each included by the one before.
        plan: where processes and messages are added; one for the whole launch.
    """

    configurations: dict[str, str]
    environment: dict[str, str]
    initial_environment: dict[str, str]
    files: tuple[Path, ...]
    plan: Plan

    @property
    def file(self) -> Path:
        """The launch file being read."""
        return self.files[-1]

    def inner(self) -> Scope:
        """Return a scope whose changes stay in it, as in a scoped group."""
        return replace(self, configurations=dict(self.configurations), environment=dict(self.environment))

    def cleared(self) -> Scope:
        """Return a scope that knows nothing of this one, as in a group that forwards nothing."""
        return replace(self, configurations={}, environment=dict(self.initial_environment))

    def in_file(self, file: Path) -> Scope:
        """Return this same scope as seen from an included file: what is set there stays set here."""
        return replace(self, files=(*self.files, file))
