"""What the camera says about itself."""

from __future__ import annotations

from signage_common.health import Health, Level

from deeplens_camera.state import SourceState, StateKeeper
from deeplens_camera.statistics import Counters

STILL_HZ = 0.5
"""A source that runs slower than this has stopped, though it did not say so."""


_LEVELS = {
    SourceState.RUNNING: Level.OK,
    SourceState.WAITING: Level.WARN,
    SourceState.ENDED: Level.WARN,
    SourceState.LOST: Level.ERROR,
}


def report(label: str, keeper: StateKeeper, counters: Counters, fps: float) -> Health:
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
    return Health(
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
