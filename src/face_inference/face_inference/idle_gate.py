"""In which images faces are looked for: in all while somebody is there or something moves, in few when it is still."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

_CALM_S = 0.75  # after the last track ended, so that a visit ends as exactly as it began
_TOLERANCE_S = 0.02

_COLUMNS = 40
_REFERENCE_S = 1.0  # how long the scene remembers how it looked
_NOISE_S = 5.0  # how long it remembers how restless each part of it is
_LEAST_STEP = 3.0  # grey levels; noise of a camera in the dark moves the mean of a cell by less than one
_STEP_IN_NOISES = 5.0
_LEAST_CELLS = 2  # a face of 60 px in an image 1280 px wide lies on four or more


class IdleGate:
    """Choose, of the images that the schedule takes, those in which faces are looked for."""

    def __init__(self, still_rate_hz: float) -> None:
        """Set how often a still scene without faces is analysed nevertheless, Hz."""
        self.set_rate(still_rate_hz)
        self._changes = ChangeDetector()
        self._stamp_s = float("-inf")
        self._analysed_s = float("-inf")
        self._seen_s = float("-inf")

    def set_rate(self, still_rate_hz: float) -> None:
        """Choose another rate for a still scene, Hz."""
        self._still_s = 1.0 / still_rate_hz

    def admits(self, stamp_s: float, read_thumbnail: Callable[[], NDArray[np.uint8]]) -> bool:
        """Tell whether faces are to be looked for in this image.

        Args:
            stamp_s: its time of capture; one that is earlier than the last starts anew.
            read_thumbnail: gives a grey thumbnail of it, uint8 (height, width); called only if it is needed.
        """
        if stamp_s < self._stamp_s:
            self._analysed_s = self._seen_s = float("-inf")
            self._changes.reset()
        self._stamp_s = stamp_s
        if stamp_s - self._seen_s < _CALM_S:
            return True
        has_changed = self._changes.update(read_thumbnail(), stamp_s)
        return has_changed or stamp_s - self._analysed_s >= self._still_s - _TOLERANCE_S

    def record(self, stamp_s: float, sees_anyone: bool) -> None:
        """Take in that the image was analysed, and whether anyone was seen in it."""
        self._analysed_s = stamp_s
        if sees_anyone:
            self._seen_s = stamp_s
            self._changes.reset()


class ChangeDetector:
    """Compare each thumbnail with a running mean of those before, cell by cell.

    A cell is a fortieth of the width. It changed if it is brighter or darker by more than its noise explains, so that
    a flickering display or a tree in the wind is soon taken for what is usual there. What all cells have in common,
    such as the camera's exposure or a cloud, is taken away first.
    """

    def __init__(self) -> None:
        self._reference: NDArray[np.float32] | None = None
        self._noise = np.zeros((0, 0), np.float32)
        self._stamp_s = 0.0

    def reset(self) -> None:
        """Forget how the scene looks."""
        self._reference = None

    def update(self, thumbnail: NDArray[np.uint8], stamp_s: float) -> bool:
        """Take the next thumbnail; tell whether something changed. The first one after a silence is a change.

        Args:
            thumbnail: uint8 (height, width), grey.
            stamp_s: time of capture, later than that of the last one.
        """
        cells = _cells(thumbnail)
        elapsed_s, self._stamp_s = stamp_s - self._stamp_s, stamp_s
        if self._reference is None or self._reference.shape != cells.shape or not 0 < elapsed_s < _REFERENCE_S:
            self._reference, self._noise = cells, np.zeros_like(cells)
            return True
        step = cells - self._reference
        own = np.abs(step - np.median(step))
        limit = np.maximum(_LEAST_STEP, _STEP_IN_NOISES * self._noise)
        self._reference += _gain(elapsed_s, _REFERENCE_S) * step
        self._noise += _gain(elapsed_s, _NOISE_S) * (own - self._noise)
        return int(np.count_nonzero(own > limit)) >= _LEAST_CELLS


def _cells(thumbnail: NDArray[np.uint8]) -> NDArray[np.float32]:
    height, width = thumbnail.shape
    size = min(_COLUMNS, width), max(min(round(_COLUMNS * height / width), height), 1)
    return cv2.resize(thumbnail, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _gain(elapsed_s: float, memory_s: float) -> float:
    return 1.0 - math.exp(-elapsed_s / memory_s)
