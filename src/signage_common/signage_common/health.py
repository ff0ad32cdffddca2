"""How a node says that it goes: a level, one line, and named figures."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Level(enum.IntEnum):
    """How well it goes, as in diagnostic_msgs/DiagnosticStatus."""

    OK = 0
    WARN = 1
    ERROR = 2


@dataclass(frozen=True)
class Health:
    """What a node says about itself.

    Attributes:
        level: how well it goes.
        message: the same in one line.
        values: figures by name.
    """

    level: Level
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
