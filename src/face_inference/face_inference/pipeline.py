"""From an image to its faces: detect, follow, look at, classify, fuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signage_common.demographics import Demographics

from face_inference.abstention import AbstentionRules, is_legible
from face_inference.boxes import inside, shorter_side
from face_inference.calibration import Calibration
from face_inference.faces import Analysis, Face
from face_inference.networks.detection import Detections, Detector
from face_inference.people import People
from face_inference.reading import Classifier, FaceReader, ImageBgr, Locator, Look
from face_inference.scheduling import choose_faces, choose_looks
from face_inference.tracks import TrackedFace, Tracker, TrackRules

_MORE_LOOKS = 1  # a look costs a sixth of a classification


@dataclass(frozen=True)
class Networks:
    """What the pipeline sees with.

    Attributes:
        detector: finds faces.
        classifier: estimates gender and age.
        locator: finds landmarks.
        calibration: how sure the classifier's answers are.
    """

    detector: Detector
    classifier: Classifier
    locator: Locator
    calibration: Calibration


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
        networks: Networks,
        rules: PipelineRules,
        read_timer_s: Callable[[], float],
        read_cpu_s: Callable[[], float],
    ) -> None:
        """Join the parts.

        Args:
            networks: what it sees with.
            rules: what else it goes by.
            read_timer_s: reads a clock that never runs backwards, for the times that the parts take.
            read_cpu_s: reads the processor time that this process has used.
        """
        self._detector = networks.detector
        self._reader = FaceReader(networks.classifier, networks.locator)
        self._rules = rules
        self._read_timer_s, self._read_cpu_s = read_timer_s, read_cpu_s
        self._tracker = Tracker(rules.tracks)
        self._people = People(rules.abstention, networks.calibration)

    @property
    def is_somebody(self) -> bool:
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
        followed_s = self._read_timer_s()
        estimates = self._read(image_bgr, tracked, stamp_s)
        read_s = self._read_timer_s()
        return Analysis(
            stamp_s=stamp_s,
            size_px=(width, height),
            faces=tuple(self._report(face, estimates, stamp_s) for face in tracked),
            detect_ms=1e3 * (detected_s - start_s),
            detect_cpu_ms=1e3 * (detected_cpu_s - start_cpu_s),
            classify_ms=1e3 * (read_s - followed_s) if estimates else 0.0,
        )

    def _follow(self, found: Detections, stamp_s: float, size_px: tuple[int, int]) -> list[TrackedFace]:
        """Join the detections to the tracks; return the faces in the image."""
        tracked = self._tracker.update(found.xyxy_px, found.scores, stamp_s, size_px)
        self._people.follow(self._tracker.live_ids)
        return _visible(tracked, size_px)

    def _read(self, image_bgr: ImageBgr, tracked: Sequence[TrackedFace], stamp_s: float) -> dict[int, Demographics]:
        """Look at faces, classify those that are due; return what this image alone says of each, by track id."""
        candidates = self._people.candidates(tracked)
        looks = self._look(
            image_bgr, tracked, choose_looks(candidates, stamp_s, self._rules.faces_per_image + _MORE_LOOKS)
        )
        for track_id, look in looks.items():
            self._people.look(track_id, look.turn, stamp_s)
        legible = [one for one in candidates if one.track_id in looks and self._is_legible(looks[one.track_id])]
        chosen = choose_faces(legible, stamp_s, self._rules.faces_per_image)
        observations = self._reader.classify(image_bgr, _among(tracked, chosen), looks)
        return {number: self._people.observe(number, one, stamp_s) for number, one in observations.items()}

    def _look(self, image_bgr: ImageBgr, tracked: Sequence[TrackedFace], chosen: Sequence[int]) -> dict[int, Look]:
        return self._reader.look(image_bgr, _among(tracked, chosen)) if chosen else {}

    def _is_legible(self, look: Look) -> bool:
        away_deg = look.turn.away_deg if look.turn is not None else float("inf")
        return is_legible(self._rules.abstention, look.sharpness, away_deg)

    def _report(self, face: TrackedFace, estimates: dict[int, Demographics], stamp_s: float) -> Face:
        return Face(
            track_id=face.track_id,
            state=face.state,
            xyxy_px=face.xyxy_px,
            score=face.score,
            estimate=estimates.get(face.track_id, Demographics()),
            fused=self._people.say(face, stamp_s),
            attention=self._people.attention(face.track_id, stamp_s),
        )


def _visible(tracked: Sequence[TrackedFace], size_px: tuple[int, int]) -> list[TrackedFace]:
    """Cut the boxes at the border of the image, and leave out what isn't in it."""
    cut = [dataclasses.replace(face, xyxy_px=inside(face.xyxy_px, size_px)) for face in tracked]
    return [face for face in cut if shorter_side(face.xyxy_px) >= 1.0]


def _among(tracked: Sequence[TrackedFace], chosen: Sequence[int]) -> list[TrackedFace]:
    return [face for face in tracked if face.track_id in chosen]
