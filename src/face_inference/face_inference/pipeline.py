"""From an image to its faces: detect, follow, classify, fuse."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from signage_common.demographics import Demographics

from face_inference.abstention import AbstentionRules
from face_inference.boxes import inside, shorter_side
from face_inference.faces import Analysis, Face
from face_inference.fusing import Observation
from face_inference.networks.age_gender import FaceEstimates
from face_inference.networks.detection import Detections, Detector
from face_inference.people import People
from face_inference.scheduling import choose_faces
from face_inference.tracks import TrackedFace, Tracker, TrackRules


class Classifier(Protocol):
    """Estimates gender and age of faces."""

    def estimate(self, image_bgr: NDArray[np.uint8], xyxy_px: NDArray[np.float32]) -> FaceEstimates:
        """Return the estimates of the faces in these boxes: uint8 (h, w, 3), float32 (n, 4)."""


@dataclass(frozen=True)
class PipelineRules:
    """What the pipeline goes by, beside its networks.

    Attributes:
        tracks: when a track starts and ends.
        abstention: when nothing is said about a person.
        faces_per_image: how many faces are classified in one image at most.
    """

    tracks: TrackRules
    abstention: AbstentionRules
    faces_per_image: int = 2


class Pipeline:
    """Analyse images in order of time."""

    def __init__(
        self,
        detector: Detector,
        classifier: Classifier,
        rules: PipelineRules,
        read_timer_s: Callable[[], float],
        read_cpu_s: Callable[[], float],
    ) -> None:
        """Join the parts.

        Args:
            detector: finds faces.
            classifier: estimates gender and age.
            rules: what else it goes by.
            read_timer_s: reads a clock that never runs backwards, for the times that the parts take.
            read_cpu_s: reads the processor time that this process has used.
        """
        self._detector = detector
        self._classifier = classifier
        self._rules = rules
        self._read_timer_s, self._read_cpu_s = read_timer_s, read_cpu_s
        self._tracker = Tracker(rules.tracks)
        self._people = People(rules.abstention)

    @property
    def is_somebody(self) -> bool:
        """Return whether a face is in sight, or was a moment ago."""
        return bool(self._tracker.live_ids)

    def analyse(self, image_bgr: NDArray[np.uint8], stamp_s: float) -> Analysis:
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
        chosen = self._choose(tracked, stamp_s)
        chosen_s = self._read_timer_s()
        estimates = self._classify(image_bgr, chosen, stamp_s)
        classified_s = self._read_timer_s()
        return Analysis(
            stamp_s=stamp_s,
            size_px=(width, height),
            faces=tuple(self._report(face, estimates) for face in tracked),
            detect_ms=1e3 * (detected_s - start_s),
            detect_cpu_ms=1e3 * (detected_cpu_s - start_cpu_s),
            classify_ms=1e3 * (classified_s - chosen_s) if chosen else 0.0,
        )

    def _follow(self, found: Detections, stamp_s: float, size_px: tuple[int, int]) -> list[TrackedFace]:
        """Join the detections to the tracks; return the faces in the image."""
        tracked = self._tracker.update(found.xyxy_px, found.scores, stamp_s, size_px)
        self._people.follow(self._tracker.live_ids)
        return _visible(tracked, size_px)

    def _choose(self, tracked: Sequence[TrackedFace], stamp_s: float) -> list[TrackedFace]:
        ids = choose_faces(self._people.candidates(tracked), stamp_s, self._rules.faces_per_image)
        return [face for face in tracked if face.track_id in ids]

    def _classify(
        self, image_bgr: NDArray[np.uint8], chosen: Sequence[TrackedFace], stamp_s: float
    ) -> dict[int, Demographics]:
        """Classify faces; return what this image says of each, by track id."""
        if not chosen:
            return {}
        result = self._classifier.estimate(image_bgr, np.array([face.xyxy_px for face in chosen], np.float32))
        estimates = {}
        for face, male, age in zip(chosen, result.male_probability.tolist(), result.age_years.tolist(), strict=True):
            if math.isfinite(male) and math.isfinite(age):
                observation = Observation(male, age, shorter_side(face.xyxy_px))
                estimates[face.track_id] = self._people.observe(face.track_id, observation, stamp_s)
        return estimates

    def _report(self, face: TrackedFace, estimates: dict[int, Demographics]) -> Face:
        return Face(
            track_id=face.track_id,
            state=face.state,
            xyxy_px=face.xyxy_px,
            score=face.score,
            estimate=estimates.get(face.track_id, Demographics()),
            fused=self._people.say(face),
        )


def _visible(tracked: Sequence[TrackedFace], size_px: tuple[int, int]) -> list[TrackedFace]:
    """Cut the boxes at the border of the image, and leave out what isn't in it."""
    cut = [dataclasses.replace(face, xyxy_px=inside(face.xyxy_px, size_px)) for face in tracked]
    return [face for face in cut if shorter_side(face.xyxy_px) >= 1.0]
