"""What is known of the person behind each track: evidence, belief, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable

from signage_common.demographics import Demographics, Gender

from face_inference.abstention import Abstention, AbstentionRules
from face_inference.boxes import shorter_side
from face_inference.fusing import Fusion, Observation
from face_inference.scheduling import Candidate
from face_inference.tracks import FaceState, TrackedFace


class Person:
    """The evidence of one track."""

    def __init__(self, rules: AbstentionRules) -> None:
        self._fusion = Fusion()
        self._abstention = Abstention(rules)
        self.estimates = 0
        self.estimated_s = 0.0
        self.said = Demographics()

    def observe(self, observation: Observation, stamp_s: float) -> None:
        """Take what one image says."""
        self._fusion.add(observation)
        self.estimates += 1
        self.estimated_s = stamp_s

    def say(self, face_px: float) -> Demographics:
        """Return what is said of the person now, with a face of this size, px."""
        self.said = self._abstention.say(self._fusion.belief(), face_px)
        return self.said


class People:
    """The persons of all tracks that live."""

    def __init__(self, rules: AbstentionRules) -> None:
        self._rules = rules
        self._by_track: dict[int, Person] = {}

    def __len__(self) -> int:
        return len(self._by_track)

    def follow(self, track_ids: Iterable[int]) -> None:
        """Keep the persons of these tracks, meet the new ones, forget all others."""
        self._by_track = {number: self._by_track.get(number) or Person(self._rules) for number in track_ids}

    def candidates(self, faces: Iterable[TrackedFace]) -> list[Candidate]:
        """Return the faces that could be classified: detected in this image, and large enough."""
        return [self._candidate(face) for face in faces if self._is_legible(face)]

    def observe(self, track_id: int, observation: Observation, stamp_s: float) -> Demographics:
        """Take what one image says of a person; return what that image alone would say."""
        self._by_track[track_id].observe(observation, stamp_s)
        alone = Fusion()
        alone.add(observation)
        return Abstention(self._rules).say(alone.belief(), observation.face_px)

    def say(self, face: TrackedFace) -> Demographics:
        """Return what is said of the person behind a face."""
        return self._by_track[face.track_id].say(shorter_side(face.xyxy_px))

    def _is_legible(self, face: TrackedFace) -> bool:
        return face.state is FaceState.DETECTED and shorter_side(face.xyxy_px) >= self._rules.min_face_px

    def _candidate(self, face: TrackedFace) -> Candidate:
        person = self._by_track[face.track_id]
        is_certain = person.said.gender is not Gender.UNKNOWN
        size = shorter_side(face.xyxy_px)
        return Candidate(face.track_id, size, person.estimates, person.estimated_s, is_certain)
