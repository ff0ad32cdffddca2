"""From an image to its faces: detect, follow, read, fuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from signage_common.demographics import Demographics

from face_inference.abstention import is_legible
from face_inference.boxes import Box, inside, shorter_side
from face_inference.images import ImageBgr
from face_inference.loading import Networks
from face_inference.networks.detection import Detections
from face_inference.params import FaceInferenceParams
from face_inference.people import People, Person
from face_inference.reading import FaceQuality, FaceReader
from face_inference.scheduling import Candidate, choose_to_assess, choose_to_classify
from face_inference.stillness import Stillness
from face_inference.tracks import FaceState, TrackedFace, Tracker

_MORE_ASSESSED = 1  # finding pose and sharpness costs a sixth of a classification

_Pair = tuple[TrackedFace, Person]


@dataclass(frozen=True)
class Face:
    """One face of one image.

    Attributes:
        track_id: the same number for the same face in successive images.
        state: detected in this image, or predicted because the detector missed it.
        xyxy_px: its box, inside the image.
        score: the detector's score in [0, 1] at the last detection; None if unknown.
        estimate: from this image alone; unknown if it gave none.
        fused: from all images of the track so far; unknown while the system abstains.
        attention: how surely the face is turned to the screen, in [0, 1]; None if not estimated.
        still_s: for how long its image has not changed, s; None if it was not measured.
    """

    track_id: int
    state: FaceState
    xyxy_px: Box
    score: float | None = None
    estimate: Demographics = Demographics()  # noqa: RUF009
    fused: Demographics = Demographics()  # noqa: RUF009
    attention: float | None = None
    still_s: float | None = None


@dataclass(frozen=True)
class Analysis:
    """One analysed image.

    Attributes:
        stamp_s: time of capture.
        size_px: width and height of the image.
        faces: in order of track id.
        detect_ms: time to find the faces.
        detect_cpu_ms: processor time that this took, of all threads.
        classify_ms: time to estimate gender and age of those that were classified; 0 if none was.
    """

    stamp_s: float
    size_px: tuple[int, int]
    faces: tuple[Face, ...]
    detect_ms: float
    detect_cpu_ms: float
    classify_ms: float


class Pipeline:
    """Analyse images in order of time."""

    def __init__(
        self,
        networks: Networks,
        params: FaceInferenceParams,
        read_timer_s: Callable[[], float],
        read_cpu_s: Callable[[], float],
    ) -> None:
        """Join the parts.

        Args:
            networks: what it sees with.
            params: what else it goes by.
            read_timer_s: reads a clock that never runs backwards, for the times that the parts take.
            read_cpu_s: reads the processor time that this process has used.
        """
        self._detector = networks.detector
        self._reader = FaceReader(networks.classifier, networks.locator)
        self._faces_per_image = params.faces_per_image
        self._read_timer_s, self._read_cpu_s = read_timer_s, read_cpu_s
        self._tracker = Tracker(params.track_rules)
        self._people = People(params.abstention_rules, networks.calibration)
        self._stillness = Stillness()

    def follow(self, params: FaceInferenceParams) -> None:
        """Go by other values of the live parameters from the next image on; tracks and what is known of them stay."""
        self._detector.score = params.detection_score
        self._faces_per_image = params.faces_per_image
        self._tracker.rules = params.track_rules
        self._people.rules = params.abstention_rules

    @property
    def sees_anyone(self) -> bool:
        """Return whether a face is in sight, or was a moment ago."""
        return bool(self._tracker.live_ids)

    def analyse(self, image_bgr: ImageBgr, stamp_s: float) -> Analysis:
        """Find the faces of the next image and say what is known of each.

        Args:
            image_bgr: uint8 (height, width, 3).
            stamp_s: time of capture.
        """
        height, width = image_bgr.shape[:2]
        start_s, start_cpu_s = self._read_timer_s(), self._read_cpu_s()
        found = self._detector.detect(image_bgr)
        detected_s, detected_cpu_s = self._read_timer_s(), self._read_cpu_s()
        tracked = self._follow(found, stamp_s, (width, height))
        still_s = self._measure_stillness(image_bgr, tracked, stamp_s)
        followed_s = self._read_timer_s()
        estimates = self._read(image_bgr, tracked, stamp_s)
        read_s = self._read_timer_s()
        return Analysis(
            stamp_s=stamp_s,
            size_px=(width, height),
            faces=tuple(self._report(face, estimates, still_s, stamp_s) for face in tracked),
            detect_ms=1e3 * (detected_s - start_s),
            detect_cpu_ms=1e3 * (detected_cpu_s - start_cpu_s),
            classify_ms=1e3 * (read_s - followed_s) if estimates else 0.0,
        )

    def _follow(self, found: Detections, stamp_s: float, size_px: tuple[int, int]) -> list[TrackedFace]:
        """Join the detections to the tracks; return the faces in the image."""
        tracked = self._tracker.update(found.xyxy_px, found.scores, stamp_s, size_px)
        self._people.follow(self._tracker.live_ids)
        return _visible(tracked, size_px)

    def _measure_stillness(
        self, image_bgr: ImageBgr, tracked: Sequence[TrackedFace], stamp_s: float
    ) -> dict[int, float | None]:
        """Return for how long the image of each detected face has not changed, by track id."""
        detected = [face for face in tracked if face.state is FaceState.DETECTED]
        told = self._stillness.measure(image_bgr, [face.xyxy_px for face in detected], stamp_s)
        return {face.track_id: still_s for face, still_s in zip(detected, told, strict=True)}

    def _read(self, image_bgr: ImageBgr, tracked: Sequence[TrackedFace], stamp_s: float) -> dict[int, Demographics]:
        """Assess faces, classify those that are due; return what this image alone says of each, by track id."""
        pairs = self._people.readable(tracked)
        to_assess = choose_to_assess(_candidates(pairs), stamp_s, self._faces_per_image + _MORE_ASSESSED)
        qualities: dict[int, FaceQuality] = {}
        for face, person in _among(pairs, to_assess):
            quality = qualities[face.track_id] = self._reader.assess(image_bgr, face.xyxy_px)
            person.assess(quality.pose, stamp_s)
        legible = _among(pairs, [number for number, quality in qualities.items() if self._is_legible(quality)])
        estimates = {}
        for face, person in _among(legible, choose_to_classify(_candidates(legible), stamp_s, self._faces_per_image)):
            observation = self._reader.classify(qualities[face.track_id], shorter_side(face.xyxy_px))
            if observation is not None:
                estimates[face.track_id] = person.observe(observation, stamp_s)
        return estimates

    def _is_legible(self, quality: FaceQuality) -> bool:
        away_deg = quality.pose.away_deg if quality.pose is not None else float("inf")
        return is_legible(self._people.rules, quality.sharpness, away_deg)

    def _report(
        self,
        face: TrackedFace,
        estimates: dict[int, Demographics],
        still_s: dict[int, float | None],
        stamp_s: float,
    ) -> Face:
        person = self._people[face.track_id]
        return Face(
            track_id=face.track_id,
            state=face.state,
            xyxy_px=face.xyxy_px,
            score=face.score,
            estimate=estimates.get(face.track_id, Demographics()),
            fused=person.estimate(shorter_side(face.xyxy_px), stamp_s),
            attention=person.attention.at(stamp_s),
            still_s=still_s.get(face.track_id),
        )


def _visible(tracked: Sequence[TrackedFace], size_px: tuple[int, int]) -> list[TrackedFace]:
    """Cut the boxes at the border of the image, and leave out what isn't in it."""
    cut = [dataclasses.replace(face, xyxy_px=inside(face.xyxy_px, size_px)) for face in tracked]
    return [face for face in cut if shorter_side(face.xyxy_px) >= 1.0]


def _candidates(pairs: Iterable[_Pair]) -> list[Candidate]:
    return [person.candidate(face) for face, person in pairs]


def _among(pairs: Iterable[_Pair], track_ids: Sequence[int]) -> list[_Pair]:
    return [(face, person) for face, person in pairs if face.track_id in track_ids]
