"""How the camera goes: the state of its source, what became of the frames, and the health that both make."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field, replace

from signage_common.health import Health, Level

WINDOW_S = 5.0
"""A rate is measured over the last so many seconds."""
STILL_HZ = 0.5
"""A source that runs slower than this has stopped, though it did not say so, unless so few frames are asked for."""
BROKEN_IN_A_ROW = 10
"""A source that gives so many damaged frames one after another gives nothing that can be used."""


class SourceState(enum.Enum):
    """Where a source stands."""

    WAITING = "waiting"
    """It was never there yet."""
    RUNNING = "running"
    LOST = "lost"
    """It was there, and broke."""
    ENDED = "ended"
    """It has shown everything, and does not loop."""
    FAILED = "failed"
    """Reading it ended by an error that nobody foresaw; the process ends, and is started again."""


_LEVELS = {
    SourceState.RUNNING: Level.OK,
    SourceState.WAITING: Level.WARN,
    SourceState.ENDED: Level.WARN,
    SourceState.LOST: Level.ERROR,
    SourceState.FAILED: Level.ERROR,
}


@dataclass(frozen=True)
class StateChange:
    """A change of state that is worth telling: the new state, and why."""

    state: SourceState
    reason: str


class StateTracker:
    """Follow the state of a source.

    Attributes:
        state: where it stands.
        reason: why, in words; the latest, though only changes of state are announced.
        reconnects: how often it came back.
        failures: how often in a row it could not be opened or broke.
    """

    def __init__(self) -> None:
        self.state = SourceState.WAITING
        self.reason = "not opened yet"
        self.reconnects = 0
        self.failures = 0
        self._announced: SourceState | None = None

    def frame_came(self) -> StateChange | None:
        """Take in a frame; return the change that it is, if any."""
        self.failures = 0
        if self._announced is SourceState.RUNNING:
            return None
        self.reconnects += self._announced is not None and self.state is not SourceState.WAITING
        return self._change(SourceState.RUNNING, "frames come")

    def failed(self, reason: str) -> StateChange | None:
        """Take in that the source can't be opened or broke; return the change that it is, if any."""
        self.failures += 1
        never = self.state is SourceState.WAITING
        return self._change(SourceState.WAITING if never else SourceState.LOST, reason)

    def ended(self, reason: str) -> StateChange | None:
        """Take in that the source has shown everything; return the change that it is, if any."""
        self.failures = 0
        return self._change(SourceState.ENDED, reason)

    def broke_down(self, reason: str) -> StateChange | None:
        """Take in that nothing reads the source any more; return the change that it is, if any."""
        return self._change(SourceState.FAILED, reason)

    def _change(self, state: SourceState, reason: str) -> StateChange | None:
        self.state, self.reason = state, reason
        if state is self._announced:
            return None
        self._announced = state
        return StateChange(state, reason)


class RateMeter:
    """Measure how many events a second happened lately.

    Attributes:
        window_s: how far back is looked.
    """

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self.window_s = window_s
        self._times_s: deque[float] = deque(maxlen=4096)

    def count(self, now_s: float) -> None:
        """Take in one event."""
        self._times_s.append(now_s)

    def rate_hz(self, now_s: float) -> float:
        """Return the rate of the last seconds; 0 if there was at most one event."""
        while self._times_s and self._times_s[0] < now_s - self.window_s:
            self._times_s.popleft()
        if len(self._times_s) < 2:
            return 0.0
        # From the first event until now: a source that stands still is seen to slow down.
        return (len(self._times_s) - 1) / max(now_s - self._times_s[0], 1e-9)


@dataclass(frozen=True)
class FrameCounts:
    """What became of the frames since the start.

    Attributes:
        captured: frames that the source gave.
        skipped_late: frames that were due but too late to be shown.
        skipped_rate: frames left out because a lower rate was asked for.
        broken: frames that were damaged and dropped.
        broken_in_a_row: how many of those came after the last good one.
    """

    captured: int = 0
    skipped_late: int = 0
    skipped_rate: int = 0
    broken: int = 0
    broken_in_a_row: int = 0

    def plus(self, **more: int) -> FrameCounts:
        """Return the counts with so many more of some, by name."""
        return replace(self, **{name: getattr(self, name) + number for name, number in more.items()})

    def after_good(self) -> FrameCounts:
        """Return the counts after a frame that could be used."""
        return replace(self, broken_in_a_row=0) if self.broken_in_a_row else self


@dataclass(frozen=True)
class CaptureStatus:
    """How reading a source went until one moment.

    Attributes:
        state: where the source stands.
        reason: why, in words.
        reconnects: how often it came back.
        failures: how often in a row it could not be opened or broke.
        fps: frames captured a second lately.
        frames: what became of them.
        still_hz: below this rate the source has stopped, though it did not say so.
    """

    state: SourceState
    reason: str
    reconnects: int = 0
    failures: int = 0
    fps: float = 0.0
    frames: FrameCounts = field(default_factory=FrameCounts)
    still_hz: float = STILL_HZ


def health_of(label: str, status: CaptureStatus, published_raw: int, published_compressed: int) -> Health:
    """Put together what the camera says about itself.

    Args:
        label: how the source is named to people.
        status: how reading it goes.
        published_raw: images published as image_raw.
        published_compressed: images published as image_raw/compressed.
    """
    frames = status.frames
    level, message = _LEVELS[status.state], f"{status.state.value}: {status.reason}"
    if status.state is SourceState.RUNNING and status.fps < status.still_hz and frames.captured > 1:
        level, message = Level.WARN, "running: but no frame came lately"
    elif status.state is SourceState.RUNNING and frames.broken_in_a_row >= BROKEN_IN_A_ROW:
        level, message = Level.WARN, f"running: but the last {frames.broken_in_a_row} frames are damaged"
    return Health(
        level,
        message,
        {
            "source": label,
            "state": status.state.value,
            "fps": f"{status.fps:.1f}",
            "captured": frames.captured,
            "published_raw": published_raw,
            "published_compressed": published_compressed,
            "skipped_late": frames.skipped_late,
            "skipped_rate": frames.skipped_rate,
            "broken": frames.broken,
            "reconnects": status.reconnects,
        },
    )
