"""What is known of the person behind each track: evidence, belief, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable

from signage_common.demographics import Demographics, Gender

from face_inference.abstention import Abstention, AbstentionRules
from face_inference.attention import Attention
from face_inference.boxes import shorter_side
from face_inference.calibration import Calibration
from face_inference.fusing import Fusion, Observation
from face_inference.pose import Turn
from face_inference.scheduling import Candidate
from face_inference.tracks import FaceState, TrackedFace


class Person:
    """The evidence of one track."""

    def __init__(self, rules: AbstentionRules, calibration: Calibration) -> None:
        self._fusion = Fusion(calibration)
        self._abstention = Abstention(rules)
        self.attention = Attention()
        self.looked_s = float("-inf")
        self.estimates = 0
        self.estimated_s = 0.0
        self.said = Demographics()

    def observe(self, observation: Observation, stamp_s: float) -> None:
        """Take what one image says."""
        self._fusion.add(observation)
        self.estimates += 1
        self.estimated_s = stamp_s

    def say(self, face_px: float, stamp_s: float) -> Demographics:
        """Return what is said of the person now, with a face of this size, px."""
        self.said = self._abstention.say(self._fusion.belief(), face_px, stamp_s)
        return self.said


class People:
    """The persons of all tracks that live."""

    def __init__(self, rules: AbstentionRules, calibration: Calibration) -> None:
        self._rules = rules
        self._calibration = calibration
        self._by_track: dict[int, Person] = {}

    def __len__(self) -> int:
        return len(self._by_track)

    def follow(self, track_ids: Iterable[int]) -> None:
        """Keep the persons of these tracks, meet the new ones, forget all others."""
        self._by_track = {number: self._by_track.get(number) or self._meet() for number in track_ids}

    def candidates(self, faces: Iterable[TrackedFace]) -> list[Candidate]:
        """Return the faces that could be looked at: detected in this image, and large enough."""
        return [self._candidate(face) for face in faces if self._is_large(face)]

    def look(self, track_id: int, turn: Turn | None, stamp_s: float) -> None:
        """Take in where the head of a person is turned; None if that can't be told."""
        person = self._by_track[track_id]
        person.looked_s = stamp_s
        if turn is not None:
            person.attention.look(turn, stamp_s)

    def observe(self, track_id: int, observation: Observation, stamp_s: float) -> Demographics:
        """Take what one image says of a person; return what that image alone would say."""
        self._by_track[track_id].observe(observation, stamp_s)
        alone = Fusion(self._calibration)
        alone.add(observation)
        return Abstention(self._rules).say(alone.belief(), observation.face_px)

    def say(self, face: TrackedFace, stamp_s: float) -> Demographics:
        """Return what is said of the person behind a face."""
        return self._by_track[face.track_id].say(shorter_side(face.xyxy_px), stamp_s)

    def attention(self, track_id: int, stamp_s: float) -> float | None:
        """Return how surely a person's face is turned to the screen, in [0, 1]; None if that isn't known."""
        return self._by_track[track_id].attention.at(stamp_s)

    def _meet(self) -> Person:
        return Person(self._rules, self._calibration)

    def _is_large(self, face: TrackedFace) -> bool:
        return face.state is FaceState.DETECTED and shorter_side(face.xyxy_px) >= self._rules.min_face_px

    def _candidate(self, face: TrackedFace) -> Candidate:
        person = self._by_track[face.track_id]
        return Candidate(
            track_id=face.track_id,
            face_px=shorter_side(face.xyxy_px),
            looked_s=person.looked_s,
            estimates=person.estimates,
            estimated_s=person.estimated_s,
            is_certain=person.said.gender is not Gender.UNKNOWN,
        )
