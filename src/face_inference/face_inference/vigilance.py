"""How closely the scene is watched: all images while somebody is there or something moves, few when it is still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from face_inference.changes import ChangeDetector

_CALM_S = 0.75  # after the last track ended, so that a visit ends as exactly as it began
_TOLERANCE_S = 0.02


class Vigilance:
    """Choose, of the images that the schedule takes, those in which faces are looked for."""

    def __init__(self, still_rate_hz: float) -> None:
        """Set how often a still scene without faces is analysed nevertheless, Hz."""
        self._still_s = 1.0 / still_rate_hz
        self._changes = ChangeDetector()
        self._stamp_s = float("-inf")
        self._analysed_s = float("-inf")
        self._somebody_s = float("-inf")

    def wants(self, stamp_s: float, read_thumbnail: Callable[[], NDArray[np.uint8]]) -> bool:
        """Tell whether faces are to be looked for in this image.

        Args:
            stamp_s: its time of capture; one that is earlier than the last starts anew.
            read_thumbnail: gives a grey thumbnail of it, uint8 (height, width); called only if it is needed.
        """
        if stamp_s < self._stamp_s:
            self._analysed_s = self._somebody_s = float("-inf")
            self._changes.forget()
        self._stamp_s = stamp_s
        if stamp_s - self._somebody_s < _CALM_S:
            return True
        has_changed = self._changes.see(read_thumbnail(), stamp_s)
        return has_changed or stamp_s - self._analysed_s >= self._still_s - _TOLERANCE_S

    def note(self, stamp_s: float, is_somebody: bool) -> None:
        """Take in that the image was analysed, and whether somebody may be there."""
        self._analysed_s = stamp_s
        if is_somebody:
            self._somebody_s = stamp_s
            self._changes.forget()
