"""Everybody of one episode: who has looked, who is merely in sight, which faces are still; and for how long."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signage_common.histogram import CLASSES, histogram
from signage_common.stamps import ns_to_seconds

from ad_selector.watchers import MEMORY_NS, ObservedFace

NOBODY = (0,) * CLASSES
"""A histogram of no one."""


@dataclass(frozen=True)
class CrowdRules:
    """Who counts as what.

    Attributes:
        attention_threshold: attention of at least this is a look, in [0, 1].
        still_after_s: a face whose image has not changed for as long is still; 0 for never.
        vanish_ns: who is missed for as long was not there meanwhile.
    """

    attention_threshold: float
    still_after_s: float
    vanish_ns: int

    def is_look(self, face: ObservedFace) -> bool:
        """Return whether the face is turned to the screen; what was not estimated is no look."""
        return face.attention is not None and face.attention >= self.attention_threshold

    def is_still(self, face: ObservedFace) -> bool:
        """Return whether the face is like that of a poster; what was not measured is not."""
        return face.still_s is not None and 0.0 < self.still_after_s <= face.still_s


@dataclass(frozen=True)
class Counts:
    """Numbers of faces, each in one of them, as in signage_msgs/Presence.

    Attributes:
        watchers: people who have looked.
        in_sight: people who have not.
        still_faces: faces of nobody who is there, such as those of posters.
    """

    watchers: int = 0
    in_sight: int = 0
    still_faces: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return the numbers of both together."""
        return Counts(
            self.watchers + other.watchers, self.in_sight + other.in_sight, self.still_faces + other.still_faces
        )


@dataclass(frozen=True)
class Totals:
    """What is said of everybody together, and of each one only by a class.

    Attributes:
        counts: everybody.
        dwell_histogram: how many watchers were in sight for how long, by the classes of signage_common.histogram.
        attention_histogram: how many of them looked for how long.
    """

    counts: Counts = Counts()
    dwell_histogram: tuple[int, ...] = NOBODY
    attention_histogram: tuple[int, ...] = NOBODY

    def __add__(self, other: Totals) -> Totals:
        """Return what is said of both together."""
        return Totals(
            self.counts + other.counts,
            tuple(map(operator.add, self.dwell_histogram, other.dwell_histogram)),
            tuple(map(operator.add, self.attention_histogram, other.attention_histogram)),
        )


class Crowd:
    """Everybody of one episode, fed image by image; of who left a while ago only numbers are kept.

    Attributes:
        rules: who counts as what; others hold from the next image on.
        now: who was in the last image that showed any; people are kept while an image shows none.
        sees_anyone: whether people are in the last image, detected or predicted.
        last_seen_ns: stamp of the last image in which a detector found somebody; 0 if there is none. It is judged by
            what is known now: a face that proves to be still has never been somebody.
    """

    def __init__(self, rules: CrowdRules) -> None:
        self.rules = rules
        self.now = Counts()
        self.sees_anyone = False
        self.last_seen_ns = 0
        self._here: list[_Visit] = []
        self._visits: dict[tuple[int, int], _Visit] = {}
        self._left, self._left_ns = Totals(), 0
        self._attention_ns = self._attended_ns = 0

    def observe(self, faces: Sequence[ObservedFace], stamp_ns: int) -> tuple[ObservedFace, ...]:
        """Take in one image; return the faces of people, without those that are still."""
        visits = self._visits_of(faces)
        looks = [visit.see(face, stamp_ns, self.rules) for face, visit in zip(faces, visits, strict=True)]
        self._add_attention([since_ns for since_ns in looks if since_ns is not None], stamp_ns)
        self._look_around(visits)
        self._forget(stamp_ns)
        self.last_seen_ns = _last_seen_ns(self._visits.values(), self._left_ns)
        return tuple(face for face, visit in zip(faces, visits, strict=True) if not visit.is_still)

    @property
    def total(self) -> Totals:
        """Return what is said of everybody so far."""
        return self._left + _totals(self._visits.values())

    @property
    def attention_s(self) -> float:
        """Return for how long anybody looked, s."""
        return ns_to_seconds(self._attention_ns)

    def _look_around(self, visits: Sequence[_Visit]) -> None:
        """Count who is in this image."""
        people = [visit for visit in visits if not visit.is_still]
        self.sees_anyone = bool(people)
        self._here = people or [visit for visit in self._here if not visit.is_still]
        self.now = _counts([*self._here, *(visit for visit in visits if visit.is_still)])

    def _visits_of(self, faces: Sequence[ObservedFace]) -> list[_Visit]:
        """Return the visit of each face; faces of the same track, such as none, are told apart by their order."""
        numbers: dict[int, int] = {}
        visits = []
        for face in faces:
            number = numbers[face.track_id] = numbers.get(face.track_id, 0) + 1
            key = face.track_id, number
            visit = self._visits[key] = self._visits.get(key) or _Visit()
            visits.append(visit)
        return visits

    def _add_attention(self, since_ns: Sequence[int], stamp_ns: int) -> None:
        """Count the time in which anybody looked, once however many did."""
        if since_ns:
            self._attention_ns += stamp_ns - max(min(since_ns), self._attended_ns)
            self._attended_ns = stamp_ns

    def _forget(self, stamp_ns: int) -> None:
        """Reduce those who left to numbers: an episode may last for a day."""
        gone = [key for key, visit in self._visits.items() if stamp_ns - visit.present_ns > MEMORY_NS]
        if gone:
            left = [self._visits.pop(key) for key in gone]
            self._left += _totals(left)
            self._left_ns = _last_seen_ns(left, self._left_ns)


class _Visit:
    """One face for as long as it is followed.

    Attributes:
        first_ns: stamp of the first image in which it was detected; 0 before.
        last_ns: stamp of the last one.
        present_ns: stamp of the last image that it was in, detected or predicted.
        attention_ns: for how long it looked.
        is_still: whether it is like that of a poster, as far as is known now.
        has_looked: whether it ever did.
    """

    def __init__(self) -> None:
        self.first_ns = self.last_ns = self.present_ns = self.attention_ns = 0
        self.is_still = self.has_looked = False
        self._is_looking = False

    def see(self, face: ObservedFace, stamp_ns: int, rules: CrowdRules) -> int | None:
        """Take in one image; return since when somebody has looked, if a look was under way until now.

        A look lasts until the next image in which the face is detected, if that comes within ``vanish_s``. A face that
        is only predicted is there, but nothing is known of it.
        """
        self.present_ns = stamp_ns
        if not face.is_detected:
            return None
        since_ns = self.last_ns if self._is_looking and stamp_ns - self.last_ns < rules.vanish_ns else None
        if since_ns is not None:
            self.attention_ns += stamp_ns - since_ns
        self.first_ns = self.first_ns or stamp_ns
        self.last_ns = stamp_ns
        self.is_still, self._is_looking = rules.is_still(face), rules.is_look(face)
        self.has_looked |= self._is_looking
        return None if self.is_still else since_ns


def _last_seen_ns(visits: Iterable[_Visit], before_ns: int) -> int:
    return max([before_ns, *(visit.last_ns for visit in visits if not visit.is_still)])


def _counts(visits: Iterable[_Visit]) -> Counts:
    kinds = [(visit.is_still, visit.has_looked) for visit in visits]
    still = sum(is_still for is_still, _ in kinds)
    watchers = kinds.count((False, True))
    return Counts(watchers, len(kinds) - watchers - still, still)


def _totals(visits: Iterable[_Visit]) -> Totals:
    visits = list(visits)
    watchers = [visit for visit in visits if visit.has_looked and not visit.is_still]
    return Totals(
        _counts(visits),
        histogram(ns_to_seconds(visit.last_ns - visit.first_ns) for visit in watchers),
        histogram(ns_to_seconds(visit.attention_ns) for visit in watchers),
    )
