"""Which images are analysed, and of which of their faces pose, gender and age are estimated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from signage_common.stamps import NS_PER_S

_CLOCK_SET_BACK_S = 1.0
_MOST_AHEAD_NS = 24 * 3600 * NS_PER_S
_FIRST_ESTIMATES = 5
_UNCERTAIN_EVERY_S = 0.3
_ASSESS_EVERY_S = 0.25
_SETTLED_EVERY_S = 1.5


class StampError(Exception):
    """An image doesn't say when it was taken; the message says what was expected and what came."""


def read_stamp(seconds: int, nanoseconds: int, now_ns: int) -> int:
    """Return the stamp of an image, nanoseconds since the epoch of its clock, which need not be that of this machine.

    Args:
        seconds: as the message says; any number that may be in one.
        nanoseconds: the same.
        now_ns: by the node's clock; 0 before a simulated one runs.

    Raises:
        StampError: it is none: zero or less, or more than a day ahead.
    """
    stamp_ns = seconds * NS_PER_S + nanoseconds
    if stamp_ns <= 0 or not 0 <= nanoseconds < NS_PER_S:
        raise StampError(f"expected the time of capture, got the stamp {seconds} s {nanoseconds} ns")
    if now_ns > 0 and stamp_ns - now_ns > _MOST_AHEAD_NS:
        ahead_days = (stamp_ns - now_ns) / _MOST_AHEAD_NS
        raise StampError(f"expected the time of capture, got a stamp {ahead_days:.1f} days ahead of the clock")
    return stamp_ns


class FrameSchedule:
    """Choose the images to analyse, so that their rate is at most ``rate_hz`` and their gaps are even.

    The schedule runs on, whatever the images do: one that comes late makes the next gap shorter, so that jitter
    in the stamps costs no image; the image nearest to its time is taken, by half of the time between two images.
    """

    def __init__(self, rate_hz: float) -> None:
        self._period_s = 1.0 / rate_hz
        self._due_s = float("-inf")
        self._last_s = float("-inf")
        self._frame_period_s = 0.0

    def set_rate(self, rate_hz: float) -> None:
        """Choose another rate, which holds from the next image on."""
        period_s = 1.0 / rate_hz
        self._due_s += period_s - self._period_s
        self._period_s = period_s

    def is_stale(self, stamp_s: float) -> bool:
        """Tell whether an image isn't newer than the last one, but not so old that the clock was set back."""
        return -_CLOCK_SET_BACK_S < stamp_s - self._last_s <= 0

    def admits(self, stamp_s: float) -> bool:
        """Tell whether the image of this stamp is to be analysed; every image with a stamp is asked for once.

        An image that isn't newer than the last one is not; one that is older by a second or more says that the
        clock was set back, and starts anew.
        """
        if self.is_stale(stamp_s):
            return False
        elapsed_s = stamp_s - self._last_s
        self._last_s = stamp_s
        if elapsed_s < 0 or math.isinf(elapsed_s):
            self._due_s = stamp_s + self._period_s
            return True
        self._learn(elapsed_s)
        if stamp_s < self._due_s - self._frame_period_s / 2:
            return False
        is_late = stamp_s > self._due_s + self._period_s
        self._due_s = (stamp_s if is_late else self._due_s) + self._period_s
        return True

    def _learn(self, elapsed_s: float) -> None:
        """Follow the time between two images; gaps of missed images hardly count."""
        if self._frame_period_s == 0:
            self._frame_period_s = min(elapsed_s, self._period_s)
        gain = 0.1 if elapsed_s < 1.5 * self._frame_period_s else 0.01
        self._frame_period_s += gain * (min(elapsed_s, self._period_s) - self._frame_period_s)


class DropCounter:
    """Count the images that were published and not analysed, from the publisher's sequence numbers."""

    def __init__(self) -> None:
        self._source: object = None
        self._last: int | None = None
        self._dropped = 0

    def count(self, source: object, number: int | None) -> None:
        """Note that an image came.

        Args:
            source: tells one publisher from another.
            number: the publisher's number of the image; None if the transport doesn't say it.
        """
        if number is not None and self._last is not None and source == self._source:
            self._dropped += max(number - self._last - 1, 0)
        self._source, self._last = source, number

    def count_unused(self) -> None:
        """Note that the image that came isn't analysed."""
        self._dropped += 1

    def take(self) -> int:
        """Return how many were dropped since the last call."""
        dropped, self._dropped = self._dropped, 0
        return dropped


@dataclass(frozen=True)
class Candidate:
    """A face of this image that could be assessed and classified.

    Attributes:
        track_id: its track.
        face_px: shorter side of its box.
        assessed_s: stamp of the last image in which pose and sharpness were found; minus infinity if it never was.
        estimates: how many estimates its track has.
        estimated_s: stamp of the last of them; without meaning if there is none.
        is_certain: whether the gender is known by now.
    """

    track_id: int
    face_px: float
    assessed_s: float
    estimates: int
    estimated_s: float
    is_certain: bool


def choose_to_assess(candidates: Iterable[Candidate], stamp_s: float, limit: int) -> list[int]:
    """Return the track ids of the faces whose pose and sharpness are found in this image, at most ``limit``.

    Who wasn't assessed for the longest comes first; of equals, the larger one. A track is assessed in each image until
    it has a few estimates, then a few times a second.
    """
    due = [one for one in candidates if one.estimates < _FIRST_ESTIMATES or stamp_s - one.assessed_s >= _ASSESS_EVERY_S]
    ranked = sorted(due, key=lambda one: (one.assessed_s, -one.face_px))
    return [candidate.track_id for candidate in ranked[:limit]]


def choose_to_classify(candidates: Iterable[Candidate], stamp_s: float, limit: int) -> list[int]:
    """Return the track ids of the faces to classify in this image, at most ``limit``.

    New faces come first, then those that wait the longest; of equals, the larger one. A track is classified in
    each image until it has a few estimates, then now and then, oftener while it is uncertain.
    """
    due = [candidate for candidate in candidates if _is_due(candidate, stamp_s)]
    due.sort(key=lambda one: (one.estimates > 0, one.estimated_s if one.estimates else 0.0, -one.face_px))
    return [candidate.track_id for candidate in due[:limit]]


def _is_due(candidate: Candidate, stamp_s: float) -> bool:
    if candidate.estimates < _FIRST_ESTIMATES:
        return True
    every_s = _SETTLED_EVERY_S if candidate.is_certain else _UNCERTAIN_EVERY_S
    return stamp_s - candidate.estimated_s >= every_s
