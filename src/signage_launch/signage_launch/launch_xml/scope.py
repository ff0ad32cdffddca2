"""What an element sees while it is carried out: configurations, environment, file, and the plan that it adds to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signage_launch.launch_xml.plan import Plan


@dataclass
class Scope:
    """A scope of a launch.

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
        """Return the launch file being read."""
        return self.files[-1]

    def inner(self) -> Scope:
        """Return a scope whose changes stay in it, as in a scoped group."""
        return self._like(dict(self.configurations), dict(self.environment), self.files)

    def cleared(self) -> Scope:
        """Return a scope that knows nothing of this one, as in a group that forwards nothing."""
        return self._like({}, dict(self.initial_environment), self.files)

    def in_file(self, file: Path) -> Scope:
        """Return this same scope as seen from an included file: what is set there stays set here."""
        return self._like(self.configurations, self.environment, (*self.files, file))

    def _like(self, configurations: dict[str, str], environment: dict[str, str], files: tuple[Path, ...]) -> Scope:
        return Scope(configurations, environment, self.initial_environment, files, self.plan)
