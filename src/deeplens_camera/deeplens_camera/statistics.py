"""What a camera counts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_S = 5.0


@dataclass
class Counters:
    """Frames since the start.

    Attributes:
        captured: frames that the source gave.
        published_raw: frames published as image_raw.
        published_compressed: frames published as image_raw/compressed.
        skipped_late: frames that were due but too late to be shown.
        skipped_rate: frames left out because a lower rate was asked for.
        broken: frames that were damaged and dropped.
    """

    captured: int = 0
    published_raw: int = 0
    published_compressed: int = 0
    skipped_late: int = 0
    skipped_rate: int = 0
    broken: int = 0


class RateMeter:
    """Measure how many events a second happened lately."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque(maxlen=4096)

    def count(self, now_s: float) -> None:
        """Note one event."""
        self._times_s.append(now_s)

    def rate_hz(self, now_s: float) -> float:
        """Return the rate of the last seconds; 0 if there was at most one event."""
        while self._times_s and self._times_s[0] < now_s - WINDOW_S:
            self._times_s.popleft()
        if len(self._times_s) < 2:
            return 0.0
        # From the first event until now: a source that stands still is seen to slow down.
        return (len(self._times_s) - 1) / max(now_s - self._times_s[0], 1e-9)
