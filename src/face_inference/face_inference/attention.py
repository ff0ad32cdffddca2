"""Whether a face is turned to the screen; the camera stands beside it."""

from __future__ import annotations

import math

from face_inference.pose import Turn

_HALF_DEG = 30.0  # turned away as far as this, it is as likely as not
_SOFTNESS_DEG = 5.0
_MEMORY_S = 0.4
_VALID_S = 1.0


def attention_of(turn: Turn) -> float:
    """Return how surely a face is turned to the screen, in [0, 1], from one image."""
    return 1.0 / (1.0 + math.exp((turn.away_deg - _HALF_DEG) / _SOFTNESS_DEG))


class Attention:
    """The attention of one person: the single images, smoothed over time."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._stamp_s = 0.0

    def look(self, turn: Turn, stamp_s: float) -> None:
        """Take in where the head is turned in one image."""
        now, before = attention_of(turn), self.at(stamp_s)
        gain = 1.0 - math.exp(-(stamp_s - self._stamp_s) / _MEMORY_S)
        self._value = now if before is None else before + gain * (now - before)
        self._stamp_s = stamp_s

    def at(self, stamp_s: float) -> float | None:
        """Return the attention now, in [0, 1]; None if the head wasn't seen for a second."""
        return self._value if stamp_s - self._stamp_s <= _VALID_S else None
