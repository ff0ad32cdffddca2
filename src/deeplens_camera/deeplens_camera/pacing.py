"""When the next frame is due, when one is too many, and when a source that was lost is tried again."""

from __future__ import annotations

from dataclasses import dataclass

GIVE_UP_S = 2.0
"""What is later than this is not caught up with: the machine slept, or the clock was held."""
EARLY = 0.25
"""How much earlier than its turn a frame may come, in periods, because cameras jitter."""


@dataclass(frozen=True)
class Step:
    """What to do next.

    Attributes:
        wait_s: how long to wait for the next frame.
        skip: how many frames before it are too late to be shown.
        due_s: when the next frame is due.
    """

    wait_s: float
    skip: int
    due_s: float


class Pacer:
    """Give each frame its time: frame n is due n periods after the start, so that nothing drifts."""

    def __init__(self, rate_hz: float) -> None:
        """Take the rate of the frames; the first is due at the first ``next_step``."""
        self._period_s = 1.0 / rate_hz
        self._start_s: float | None = None
        self._index = 0

    def next_step(self, now_s: float) -> Step:
        """Return how to go on to the next frame. Frames whose successor is due already are skipped."""
        if self._start_s is None:
            self._start_s = now_s
        late_s = now_s - (self._start_s + self._index * self._period_s)
        skip = max(int(late_s / self._period_s), 0)
        if late_s > GIVE_UP_S:
            self._start_s += late_s
            skip = 0
        due_s = self._start_s + (self._index + skip) * self._period_s
        self._index += skip + 1
        return Step(max(-late_s, 0.0), skip, due_s)


class RateLimit:
    """Let at most so many frames a second through, evenly."""

    def __init__(self, rate_hz: float) -> None:
        """Take the highest rate; 0 lets everything through."""
        self._period_s = 1.0 / rate_hz if rate_hz > 0 else 0.0
        self._due_s: float | None = None

    def admits(self, time_s: float) -> bool:
        """Say whether the frame of this time is let through."""
        if self._due_s is None or abs(time_s - self._due_s) > GIVE_UP_S:
            self._due_s = time_s
        if time_s < self._due_s - EARLY * self._period_s:
            return False
        self._due_s = max(self._due_s + self._period_s, time_s - self._period_s)
        return True


@dataclass(frozen=True)
class BackOff:
    """How long to wait before each attempt: each time longer, up to a limit.

    Attributes:
        first_s: before the first attempt.
        factor: how much longer each next wait is.
        limit_s: the longest wait.
    """

    first_s: float = 0.5
    factor: float = 2.0
    limit_s: float = 10.0

    def wait_s(self, failures: int) -> float:
        """Return the wait after so many failures in a row; 1 is the first."""
        # Compared before it is raised to the power: a float overflows after a thousand failures.
        growth = min(max(failures, 1) - 1, 64)
        return float(min(self.first_s * self.factor**growth, self.limit_s))
