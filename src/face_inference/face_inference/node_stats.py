"""What the node says about its own work: rate, times, losses."""

from __future__ import annotations

import statistics
from collections import deque
from dataclasses import dataclass

from signage_common.health import Health, Level

_WINDOW_S = 5.0
_SILENCE_S = 2.0
_LONGEST_FETCH_MS = 60_000.0


@dataclass(frozen=True)
class AnalysisTimes:
    """How long one analysed image took, ms; ``fetch_ms`` is NaN if it can't be told.

    ``detect_cpu_ms`` is processor time, the others are passed time.
    """

    fetch_ms: float
    detect_ms: float
    classify_ms: float
    detect_cpu_ms: float


def fetch_ms(stamp_ns: int, now_ns: int) -> float:
    """Return the time from capture until now; NaN for a stamp that isn't of this clock, as in a recording."""
    elapsed_ms = (now_ns - stamp_ns) / 1e6
    return elapsed_ms if 0 <= elapsed_ms <= _LONGEST_FETCH_MS else float("nan")


class NodeStats:
    """Count images, and keep the times of the last seconds."""

    def __init__(self, now_s: float) -> None:
        self._recent: deque[tuple[float, AnalysisTimes]] = deque()
        self._heard_s = self._start_s = now_s
        self._corrupt_s = self._unstamped_s = float("-inf")
        self._detect_cpu_ms = 0.0
        self._counts = {"analysed": 0, "dropped": 0, "corrupt": 0}
        self._unstamped = 0

    def count_received(self, now_s: float) -> None:
        """Note that an image came."""
        self._heard_s = now_s

    def count_analysed(self, now_s: float, times: AnalysisTimes, dropped: int) -> None:
        """Note an analysed image, and how many before it were dropped."""
        self._recent.append((now_s, times))
        self._detect_cpu_ms += times.detect_cpu_ms
        self._counts["analysed"] += 1
        self._counts["dropped"] += dropped

    def count_corrupt(self, now_s: float) -> None:
        """Note an image that couldn't be read."""
        self._corrupt_s = now_s
        self._counts["corrupt"] += 1

    def count_unstamped(self, now_s: float) -> None:
        """Note an image that doesn't say when it was taken, or that isn't newer than the one before."""
        self._unstamped_s = now_s
        self._unstamped += 1

    def health(self, now_s: float) -> Health:
        """Return the state now."""
        while self._recent and self._recent[0][0] < now_s - _WINDOW_S:
            self._recent.popleft()
        rate_hz = len(self._recent) / min(max(now_s - self._start_s, 1.0), _WINDOW_S)
        level, message = self._judge(now_s, rate_hz)
        times = {name: f"{self._median(name):.1f}" for name in ("fetch_ms", "detect_ms", "classify_ms")}
        spent = {"detect_cpu_s": f"{self._detect_cpu_ms / 1e3:.4f}"}
        unstamped = {"unstamped": self._unstamped} if self._unstamped else {}
        return Health(level, message, {"analysed_hz": f"{rate_hz:.1f}", **times, **self._counts, **unstamped, **spent})

    def _judge(self, now_s: float, rate_hz: float) -> tuple[Level, str]:
        if now_s - self._heard_s > _SILENCE_S:
            return Level.WARN, f"no image for {now_s - self._heard_s:.0f} s"
        if not self._recent and now_s - self._corrupt_s > _WINDOW_S and self._heard_s - self._start_s > _WINDOW_S:
            return Level.WARN, "no image analysed: their stamps don't advance"
        if now_s - self._corrupt_s < _WINDOW_S:
            return Level.WARN, f"corrupt images, {self._counts['corrupt']} so far"
        if now_s - self._unstamped_s < _WINDOW_S:
            return Level.WARN, f"images without a new time of capture, {self._unstamped} so far"
        return Level.OK, f"{rate_hz:.1f} images analysed a second"

    def _median(self, name: str) -> float:
        values: list[float] = [getattr(times, name) for _, times in self._recent]
        return statistics.median(values) if values else float("nan")
