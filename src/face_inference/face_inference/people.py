"""What is known of the person behind each track: evidence, attention, and what is published of both."""

from __future__ import annotations

import math
from collections.abc import Iterable

from signage_common.demographics import Demographics, Gender

from face_inference.abstention import Abstention, AbstentionRules
from face_inference.boxes import shorter_side
from face_inference.calibration import Calibration
from face_inference.fusing import Fusion, Observation
from face_inference.logistic import probability_of
from face_inference.pose import HeadPose
from face_inference.scheduling import Candidate
from face_inference.tracks import FaceState, TrackedFace

_HALF_ATTENTION_DEG = 30.0  # turned away as far as this, it is as likely as not; the camera stands beside the screen
_SOFTNESS_DEG = 5.0
_ATTENTION_MEMORY_S = 0.4
_ATTENTION_VALID_S = 1.0


def attention_of(pose: HeadPose) -> float:
    """Return how surely a face is turned to the screen, in [0, 1], from one image."""
    return probability_of((_HALF_ATTENTION_DEG - pose.away_deg) / _SOFTNESS_DEG)


class Attention:
    """The attention of one person: the single images, smoothed over time."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._stamp_s = 0.0

    def update(self, pose: HeadPose, stamp_s: float) -> None:
        """Take in where the head is turned in one image."""
        before, self._value = self.at(stamp_s), attention_of(pose)
        if before is not None:
            gain = 1.0 - math.exp(-(stamp_s - self._stamp_s) / _ATTENTION_MEMORY_S)
            self._value = before + gain * (self._value - before)
        self._stamp_s = stamp_s

    def at(self, stamp_s: float) -> float | None:
        """Return the attention now, in [0, 1]; None if the head wasn't seen for a second."""
        return self._value if stamp_s - self._stamp_s <= _ATTENTION_VALID_S else None


class Person:
    """The evidence of one track.

    Attributes:
        attention: how surely the person looks at the screen.
    """

    def __init__(self, rules: AbstentionRules, calibration: Calibration) -> None:
        self._rules = rules
        self._calibration = calibration
        self._fusion = Fusion(calibration)
        self._abstention = Abstention(rules)
        self._assessed_s = float("-inf")
        self._estimates = 0
        self._estimated_s = 0.0
        self._is_certain = False
        self.attention = Attention()

    def follow(self, rules: AbstentionRules) -> None:
        """Publish by these rules from now on; what is believed stays."""
        self._rules = rules
        self._abstention.follow(rules)

    def assess(self, pose: HeadPose | None, stamp_s: float) -> None:
        """Take in where the head is turned in one image; None if that can't be told."""
        self._assessed_s = stamp_s
        if pose is not None:
            self.attention.update(pose, stamp_s)

    def observe(self, observation: Observation, stamp_s: float) -> Demographics:
        """Take in what one image says of gender and age; return what would be published of that image alone."""
        self._fusion.add(observation)
        self._estimates += 1
        self._estimated_s = stamp_s
        alone = Fusion(self._calibration)
        alone.add(observation)
        return Abstention(self._rules).decide(alone.belief(), observation.face_px)

    def estimate(self, face_px: float, stamp_s: float) -> Demographics:
        """Return what is published of all images so far, with a face of this size, px."""
        demographics = self._abstention.decide(self._fusion.belief(), face_px, stamp_s)
        self._is_certain = demographics.gender is not Gender.UNKNOWN
        return demographics

    def candidate(self, face: TrackedFace) -> Candidate:
        """Return what decides whether the person's face is assessed and classified in this image."""
        return Candidate(
            track_id=face.track_id,
            face_px=shorter_side(face.xyxy_px),
            assessed_s=self._assessed_s,
            estimates=self._estimates,
            estimated_s=self._estimated_s,
            is_certain=self._is_certain,
        )


class People:
    """The persons of all tracks that live."""

    def __init__(self, rules: AbstentionRules, calibration: Calibration) -> None:
        self._rules = rules
        self._calibration = calibration
        self._by_track: dict[int, Person] = {}

    @property
    def rules(self) -> AbstentionRules:
        """Return by which rules something is published of them; they may be changed between images."""
        return self._rules

    @rules.setter
    def rules(self, rules: AbstentionRules) -> None:
        self._rules = rules
        for person in self._by_track.values():
            person.follow(rules)

    def __len__(self) -> int:
        return len(self._by_track)

    def __getitem__(self, track_id: int) -> Person:
        return self._by_track[track_id]

    def follow(self, track_ids: Iterable[int]) -> None:
        """Keep the persons of these tracks, add the new ones, forget all others."""
        self._by_track = {number: self._by_track.get(number) or self._new_person() for number in track_ids}

    def readable(self, faces: Iterable[TrackedFace]) -> list[tuple[TrackedFace, Person]]:
        """Return the faces of which an image can say something, each with its person: detected in it, large enough."""
        return [(face, self[face.track_id]) for face in faces if self._is_readable(face)]

    def _is_readable(self, face: TrackedFace) -> bool:
        return face.state is FaceState.DETECTED and shorter_side(face.xyxy_px) >= self._rules.min_face_px

    def _new_person(self) -> Person:
        return Person(self._rules, self._calibration)
