"""What the camera says about itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from deeplens_camera.state import SourceState, StateKeeper
from deeplens_camera.statistics import Counters

STILL_HZ = 0.5
"""A source that runs slower than this has stopped, though it did not say so."""


class Level(enum.Enum):
    """How well it goes, as in diagnostic_msgs/DiagnosticStatus."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


_LEVELS = {
    SourceState.RUNNING: Level.OK,
    SourceState.WAITING: Level.WARN,
    SourceState.ENDED: Level.WARN,
    SourceState.LOST: Level.ERROR,
}


@dataclass(frozen=True)
class CameraReport:
    """Level, one line, and figures by name."""

    level: Level
    message: str
    values: dict[str, object]


def report(label: str, keeper: StateKeeper, counters: Counters, fps: float) -> CameraReport:
    """Put together what the camera says about itself.

    Args:
        label: how the source is named to people.
        keeper: the state of the source.
        counters: what was counted.
        fps: frames captured a second lately.
    """
    level, message = _LEVELS[keeper.state], f"{keeper.state.value}: {keeper.reason}"
    if keeper.state is SourceState.RUNNING and fps < STILL_HZ and counters.captured > 1:
        level, message = Level.WARN, "running: but no frame came lately"
    return CameraReport(
        level,
        message,
        {
            "source": label,
            "state": keeper.state.value,
            "fps": f"{fps:.1f}",
            "captured": counters.captured,
            "published_raw": counters.published_raw,
            "published_compressed": counters.published_compressed,
            "skipped_late": counters.skipped_late,
            "skipped_rate": counters.skipped_rate,
            "broken": counters.broken,
            "reconnects": keeper.reconnects,
        },
    )
