"""Tracks that join the faces of successive images. They take boxes and scores, and never see the detector."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from face_inference.boxes import Box, box_around, centre, extent, shared_part

_T = TypeVar("_T")

_CENTRE_GAIN = 0.8
_VELOCITY_GAIN = 0.4
_EXTENT_GAIN = 0.6


class FaceState(enum.IntEnum):
    """How a face came into an image, as in signage_msgs/Face."""

    UNKNOWN = 0
    DETECTED = 1
    PREDICTED = 2


@dataclass(frozen=True)
class TrackRules:
    """When a track starts, how long it lives unseen.

    Attributes:
        start_score: smallest score of a detection that starts a track; a lower one only continues a track.
        coast_s: seconds that a track lives without a detection.
        confirm_hits: detections after which a track is reported while it is unseen; before, one that
            is missed keeps its id, but isn't reported, so that a false alarm of one image stays one image.
    """

    start_score: float = 0.5
    coast_s: float = 0.5
    confirm_hits: int = 3


@dataclass(frozen=True)
class TrackedFace:
    """One face of one image, as its track sees it.

    Attributes:
        track_id: above 0, never used again.
        state: detected in this image, or predicted because the detector missed it.
        xyxy_px: the detector's box, or the predicted one.
        score: the detector's score in [0, 1] at the last detection.
    """

    track_id: int
    state: FaceState
    xyxy_px: Box
    score: float


class Motion:
    """Where a face will be: constant velocity of its centre, from detections at uneven times, and a smoothed size.

    An alpha-beta filter. Source: Kalata, "The tracking index", 1984.
    """

    def __init__(self, xyxy_px: Box, stamp_s: float) -> None:
        self._centre_px = centre(xyxy_px)
        self._velocity_px_s: tuple[float, float] | None = None
        self._stamp_s = stamp_s
        self.extent_px = extent(xyxy_px)

    def centre_at(self, stamp_s: float) -> tuple[float, float]:
        """Predict the centre, px."""
        elapsed_s = stamp_s - self._stamp_s
        (x, y), (vx, vy) = self._centre_px, self._velocity_px_s or (0.0, 0.0)
        return x + vx * elapsed_s, y + vy * elapsed_s

    def correct(self, xyxy_px: Box, stamp_s: float) -> None:
        """Take a detection; its stamp is later than that of the last one."""
        (px, py), (x, y) = self.centre_at(stamp_s), centre(xyxy_px)
        dx, dy, elapsed_s = x - px, y - py, stamp_s - self._stamp_s
        if self._velocity_px_s is None:
            self._centre_px, self._velocity_px_s = (x, y), (dx / elapsed_s, dy / elapsed_s)
        else:
            vx, vy = self._velocity_px_s
            self._centre_px = px + _CENTRE_GAIN * dx, py + _CENTRE_GAIN * dy
            self._velocity_px_s = vx + _VELOCITY_GAIN * dx / elapsed_s, vy + _VELOCITY_GAIN * dy / elapsed_s
        self._stamp_s = stamp_s
        (width, height), (new_width, new_height) = self.extent_px, extent(xyxy_px)
        self.extent_px = (
            width + _EXTENT_GAIN * (new_width - width),
            height + _EXTENT_GAIN * (new_height - height),
        )


@dataclass(frozen=True)
class _Detection:
    xyxy_px: Box
    score: float


class _Track:
    """One face over time."""

    def __init__(self, track_id: int, detection: _Detection, stamp_s: float) -> None:
        self.track_id = track_id
        self.hits = 1
        self.seen_s = stamp_s
        self.score = detection.score
        self.motion = Motion(detection.xyxy_px, stamp_s)
        self.face = TrackedFace(track_id, FaceState.DETECTED, detection.xyxy_px, detection.score)

    def see(self, detection: _Detection, stamp_s: float) -> None:
        self.hits += 1
        self.seen_s = stamp_s
        self.score = detection.score
        self.motion.correct(detection.xyxy_px, stamp_s)
        self.face = TrackedFace(self.track_id, FaceState.DETECTED, detection.xyxy_px, detection.score)

    def miss(self, stamp_s: float) -> None:
        box = box_around(self.motion.centre_at(stamp_s), self.motion.extent_px)
        self.face = TrackedFace(self.track_id, FaceState.PREDICTED, box, self.score)


class Tracker:
    """Give the faces of successive images their track ids.

    Attributes:
        rules: may be changed between images; tracks that live go on by the new ones.
    """

    def __init__(self, rules: TrackRules | None = None) -> None:
        self.rules = rules or TrackRules()
        self._tracks: list[_Track] = []
        self._next_id = 1
        self._stamp_s = float("-inf")

    @property
    def live_ids(self) -> list[int]:
        """Return the ids of all tracks that may still be seen again, reported or not."""
        return [track.track_id for track in self._tracks]

    def update(
        self, xyxy_px: NDArray[np.float32], scores: NDArray[np.float32], stamp_s: float, size_px: tuple[int, int]
    ) -> tuple[TrackedFace, ...]:
        """Take the detections of the next image; return the faces in it, in order of track id.

        A stamp that isn't later than the last one starts anew: no track survives it.

        Args:
            xyxy_px: float32 (n, 4), boxes of the detections.
            scores: float32 (n,), their scores in [0, 1].
            stamp_s: time of capture.
            size_px: width and height of the image.
        """
        self._forget(stamp_s)
        detections = [
            _Detection((left, top, right, bottom), score)
            for (left, top, right, bottom), score in zip(xyxy_px.tolist(), scores.tolist(), strict=True)
        ]
        clear = [detection for detection in detections if detection.score >= self.rules.start_score]
        faint = [detection for detection in detections if detection.score < self.rules.start_score]
        unseen, fresh = self._continue(self._tracks, clear, stamp_s)
        unseen, _ = self._continue(unseen, faint, stamp_s)
        for track in unseen:
            track.miss(stamp_s)
        self._tracks = [track for track in self._tracks if not _has_left(track.face, size_px)]
        self._start(fresh, stamp_s)
        return tuple(track.face for track in self._tracks if self._is_reported(track))

    def _forget(self, stamp_s: float) -> None:
        """Drop the tracks that were unseen for too long, or all if the time doesn't advance."""
        if stamp_s <= self._stamp_s:
            self._tracks = []
        self._tracks = [track for track in self._tracks if stamp_s - track.seen_s <= self.rules.coast_s]
        self._stamp_s = stamp_s

    def _continue(
        self, tracks: list[_Track], detections: list[_Detection], stamp_s: float
    ) -> tuple[list[_Track], list[_Detection]]:
        """Continue the tracks by the detections that fit; return the tracks and detections left over."""
        costs = [[_cost(track, detection, stamp_s) for detection in detections] for track in tracks]
        pairs = match(costs)
        for track, detection in pairs.items():
            tracks[track].see(detections[detection], stamp_s)
        return _without(tracks, pairs), _without(detections, pairs.values())

    def _start(self, detections: list[_Detection], stamp_s: float) -> None:
        """Start a track for each detection that isn't a second box on a face already taken."""
        for detection in detections:
            taken = (track.face.xyxy_px for track in self._tracks if track.face.state is FaceState.DETECTED)
            if any(shared_part(detection.xyxy_px, box) > 0.6 for box in taken):
                continue
            self._tracks.append(_Track(self._next_id, detection, stamp_s))
            self._next_id += 1

    def _is_reported(self, track: _Track) -> bool:
        return track.face.state is FaceState.DETECTED or track.hits >= self.rules.confirm_hits


def distance(a: Box, b: Box) -> float:
    """Return how far two faces are apart, in sizes of a face; a change of size adds its logarithm.

    The overlap of the boxes would be 0 for a face that moved by its own size, which is what a passer-by does
    between two analysed images, so the distance of the centres is taken, on the scale of the faces.
    """
    size_a, size_b = (max(math.sqrt(math.prod(extent(box))), 1.0) for box in (a, b))
    (xa, ya), (xb, yb) = centre(a), centre(b)
    return math.hypot(xa - xb, ya - yb) / math.sqrt(size_a * size_b) + abs(math.log(size_a / size_b))


def match(costs: Sequence[Sequence[float]]) -> dict[int, int]:
    """Pair rows with columns, the smallest cost first; no pair costs more than 1.

    Greedy, not optimal in sum: a far pair must not be made only because it lets another pair be nearer.

    Args:
        costs: a row for each track, in it the cost of each detection.

    Returns:
        The column of each row that got one.
    """
    ranked = sorted((cost, row, column) for row, line in enumerate(costs) for column, cost in enumerate(line))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for cost, row, column in ranked:
        if cost > 1.0:
            break
        if row not in pairs and column not in taken:
            pairs[row] = column
            taken.add(column)
    return pairs


def _cost(track: _Track, detection: _Detection, stamp_s: float) -> float:
    """Return how badly a detection continues a track: up to 1 it may, above it can't."""
    elapsed_s = stamp_s - track.seen_s
    predicted = box_around(track.motion.centre_at(stamp_s), track.motion.extent_px)
    reach = min(0.8 + 4.0 * elapsed_s, 2.0)  # in face sizes: a walker crosses one in 0.1 s before his speed is known
    return distance(predicted, detection.xyxy_px) / reach


def _has_left(face: TrackedFace, size_px: tuple[int, int]) -> bool:
    """Tell whether the prediction has carried a face out of the image."""
    x, y = centre(face.xyxy_px)
    return face.state is FaceState.PREDICTED and not (0 <= x <= size_px[0] and 0 <= y <= size_px[1])


def _without(items: list[_T], indices: Iterable[int]) -> list[_T]:
    gone = set(indices)
    return [item for index, item in enumerate(items) if index not in gone]
