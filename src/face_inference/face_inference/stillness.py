"""For how long the image of a face has not changed: a poster's never does, a person blinks and sways."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from face_inference.boxes import Box, shorter_side
from face_inference.images import ImageBgr
from face_inference.tracks import distance

_LEAST_PX = 24.0  # in a smaller face a blink changes too few pixels to be told from noise
_SIDE = 32
_FINE_PX = 64  # of a face of twice the size or more every second pixel, or fewer, is looked at
_LEAST_STEP = 6.0  # grey levels, mean of 3x3 points; points of a face of under 64 px have more noise
_DARK, _BRIGHT = 10.0, 210.0  # beyond, light is cut off, and does not come and go with the rest
_ALIKE = 0.9  # correlation; a blink leaves 0.97, another face in front comes to less
_LEAST_LIT = 0.25  # part of the points that must be neither
_LEAST_CONTRAST = 4.0  # standard deviation, grey levels: where there is nothing to see, nothing is known
_NEAR = 0.5  # distance of two boxes of one face, in face sizes
_FOLLOW_S = 10.0  # how fast the reference follows slow changes, such as shadows
_GAP_S = 1.0
_PROVEN_S = 5.0  # what was still for as long is remembered when it is hidden or missed
_MEMORY_S = 600.0
_MOST_PLACES = 100


class Stillness:
    """Compares faces with how they looked before at the same place of the image, whatever track they belong to.

    So a poster that is missed for a while, or hidden by somebody who walks past, is known again. If it was not seen for
    more than a second, that time does not count.
    """

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._stamp_s = float("-inf")
        self._before_s = float("-inf")

    def measure(self, image_bgr: ImageBgr, boxes: Iterable[Box], stamp_s: float) -> list[float | None]:
        """Return for how long the image of each face has not changed, s; None for a face that is too small.

        Args:
            image_bgr: uint8 (height, width, 3).
            boxes: of the faces that were detected in it, inside the image.
            stamp_s: time of capture; one that is not later than the last starts anew.
        """
        if stamp_s <= self._stamp_s:
            self._places = []
        self._before_s, self._stamp_s = self._stamp_s, stamp_s
        told = [self._measure_face(image_bgr, box) for box in boxes]
        self._forget()
        return told

    def _measure_face(self, image_bgr: ImageBgr, xyxy_px: Box) -> float | None:
        if shorter_side(xyxy_px) < _LEAST_PX:
            return None
        near = [place for place in self._places if distance(place.xyxy_px, xyxy_px) < _NEAR]
        for place in sorted(near, key=lambda one: one.still_s, reverse=True):
            patch = cut_patch(image_bgr, place.xyxy_px)
            change = compare(place.patch, patch)
            if change.is_below(place.least_step):
                place.see(patch, self._stamp_s, self._before_s)
                return place.still_s
            if change.is_alike or place.still_s < _PROVEN_S:  # it moved a little or blinked, or was never a poster
                self._places.remove(place)
        self._places.append(_Place(xyxy_px, cut_patch(image_bgr, xyxy_px), self._stamp_s))
        return 0.0

    def _forget(self) -> None:
        """Drop what was not seen for too long; of very many, those that were seen longest ago."""
        kept = [place for place in self._places if self._stamp_s - place.seen_s <= place.memory_s]
        self._places = sorted(kept, key=lambda place: place.seen_s)[-_MOST_PLACES:]


@dataclass(frozen=True)
class Change:
    """How two images of one place differ.

    Attributes:
        step: the largest difference of a small part of them, grey levels, light that changed apart.
        correlation: of the whole, in [-1, 1].
    """

    step: float
    correlation: float

    def is_below(self, least_step: float) -> bool:
        """Return whether it is the same image but for noise, which makes smaller steps than this."""
        return self.is_alike and self.step < least_step

    @property
    def is_alike(self) -> bool:
        """Return whether it is the same face, even if it moved a little or blinked."""
        return self.correlation >= _ALIKE


def cut_patch(image_bgr: ImageBgr, xyxy_px: Box) -> NDArray[np.float32]:
    """Return what is in a box inside the image, small and grey: float32 (32, 32)."""
    left, top, right, bottom = (round(value) for value in xyxy_px)
    step = max(min(right - left, bottom - top) // _FINE_PX, 1)
    small = cv2.resize(image_bgr[top:bottom:step, left:right:step], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)


def compare(reference: NDArray[np.float32], patch: NDArray[np.float32]) -> Change:
    """Compare two patches, float32 (32, 32), apart from a light that became brighter or darker as a whole.

    A point that is so bright or dark that light is cut off is only known to be at least, or at most, as bright.
    """
    is_lit = (np.minimum(reference, patch) > _DARK) & (np.maximum(reference, patch) < _BRIGHT)
    count = int(np.count_nonzero(is_lit))
    if count < _LEAST_LIT * is_lit.size:
        return Change(math.inf, 0.0)
    mean, now_mean = (float(each.sum(where=is_lit)) / count for each in (reference, patch))
    one, other = (reference - mean) * is_lit, (patch - now_mean) * is_lit
    power, now_power, shared = (float(np.vdot(a, b)) for a, b in ((one, one), (other, other), (one, other)))
    if min(power, now_power) < count * _LEAST_CONTRAST**2:
        return Change(math.inf, 0.0)
    expected = (reference - np.float32(mean)) * np.float32(shared / power) + np.float32(now_mean)
    difference = np.clip(patch, _DARK, _BRIGHT) - np.clip(expected, _DARK, _BRIGHT)
    difference[((reference >= _BRIGHT) & (difference > 0)) | ((reference <= _DARK) & (difference < 0))] = 0.0
    step = float(np.abs(cv2.blur(difference, (3, 3))).max())
    return Change(step, shared / math.sqrt(power * now_power))


class _Place:
    """A face at its place in the image, and how it looked there so far.

    Attributes:
        xyxy_px: its box when it was seen first; there it is compared.
        patch: its reference, a running mean.
        seen_s: when it looked like that last.
        still_s: for how long it did.
    """

    def __init__(self, xyxy_px: Box, patch: NDArray[np.float32], stamp_s: float) -> None:
        self.xyxy_px = xyxy_px
        self.patch = patch
        self.seen_s = stamp_s
        self.still_s = 0.0
        self._images = 1

    @property
    def least_step(self) -> float:
        """Return the smallest difference that is no noise, grey levels."""
        return _LEAST_STEP * max(_FINE_PX / shorter_side(self.xyxy_px), 1.0)

    @property
    def memory_s(self) -> float:
        """Return for how long it is remembered without being seen."""
        return _MEMORY_S if self.still_s >= _PROVEN_S else _GAP_S

    def see(self, patch: NDArray[np.float32], stamp_s: float, before_s: float) -> None:
        """Take in that it looks the same now; ``before_s``: when the image before this was taken."""
        elapsed_s = stamp_s - self.seen_s
        if self.seen_s >= before_s or elapsed_s <= _GAP_S:
            self.still_s += elapsed_s
        self._images += 1
        gain = max(1.0 / self._images, 1.0 - math.exp(-elapsed_s / _FOLLOW_S))
        self.patch = self.patch + np.float32(gain) * (patch - self.patch)
        self.seen_s = stamp_s
