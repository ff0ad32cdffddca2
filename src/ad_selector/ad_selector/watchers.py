"""The faces of one image as the selector is told about them, and the one that the decision is made for."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from signage_common.demographics import Demographics
from signage_common.stamps import NS_PER_S

from ad_selector.segment import Segment, segment_of

CHANGE_NS = NS_PER_S
"""The leader changes at most this often."""
MEMORY_NS = 10 * NS_PER_S
"""So long it is remembered since when a face that has left was in sight."""


@dataclass(frozen=True)
class ObservedFace:
    """One face of one image.

    Attributes:
        track_id: the same for the same face in successive images; 0 if not tracked.
        is_detected: whether the detector found it in this image; else a tracker only predicted it.
        area_px: of its box, pixels of the source image.
        fused: estimates from all images of its track so far.
        attention: how surely the head is turned to the screen, in [0, 1]; None if not estimated.
        still_s: for how long its image has not changed, s; None if not measured.
    """

    track_id: int
    is_detected: bool
    area_px: int
    fused: Demographics
    attention: float | None = None
    still_s: float | None = None


@dataclass(frozen=True)
class FaceObservations:
    """All faces of one analysed image; empty if nobody is there.

    Attributes:
        stamp_ns: time of capture, nanoseconds since the Unix epoch.
        faces: in any order.
    """

    stamp_ns: int
    faces: tuple[ObservedFace, ...] = ()


class Policy(str, enum.Enum):
    """How the leader is found among the faces of an image."""

    LARGEST = "largest"
    MAJORITY = "majority"
    LONGEST = "longest"


class Leader:
    """The leading face of one episode, and the segment that it belongs to; faces that are still are never shown to it.

    While the leader stays in sight, another face takes over at most once a second; a leader who left is replaced at
    once.
    """

    def __init__(self, policy: Policy, child_below_years: float) -> None:
        self.segment = Segment()
        self._track_id: int | None = None
        self._first_seen_ns: dict[int, int] = {}
        self._last_seen_ns: dict[int, int] = {}
        self.set_rules(policy, child_below_years)

    def set_rules(self, policy: Policy, child_below_years: float) -> None:
        """Go on by these rules from the next image on, which may change the leader whenever the last change was."""
        self._policy = policy
        self._child_below_years = child_below_years
        self._since_ns: int | None = None

    def update(self, faces: Sequence[ObservedFace], stamp_ns: int) -> None:
        """Take one image's faces into account; an image without faces changes nothing."""
        if not faces:
            return
        self._remember(faces, stamp_ns)
        best = self._best(faces)
        own = [face for face in faces if face.track_id == self._track_id]
        may_change = self._since_ns is None or stamp_ns - self._since_ns >= CHANGE_NS
        if not own or (best.track_id != self._track_id and may_change):
            self._track_id, self._since_ns = best.track_id, stamp_ns
            own = [best]
        self.segment = self._segment(max(own, key=_size))

    def _remember(self, faces: Sequence[ObservedFace], stamp_ns: int) -> None:
        """Note who is in sight since when, and forget who left a while ago: an episode may last for a day."""
        for face in faces:
            self._first_seen_ns.setdefault(face.track_id, stamp_ns)
            self._last_seen_ns[face.track_id] = stamp_ns
        for track_id in [each for each, last_ns in self._last_seen_ns.items() if stamp_ns - last_ns > MEMORY_NS]:
            del self._first_seen_ns[track_id], self._last_seen_ns[track_id]

    def _best(self, faces: Sequence[ObservedFace]) -> ObservedFace:
        if self._policy is Policy.LONGEST:
            return max(faces, key=lambda face: (-self._first_seen_ns[face.track_id], *_size(face)))
        if self._policy is Policy.MAJORITY:
            return self._largest_of_majority(faces)
        return max(faces, key=_size)

    def _largest_of_majority(self, faces: Sequence[ObservedFace]) -> ObservedFace:
        """Return the largest face of the estimation that most faces share; who is unknown has no vote."""
        votes = Counter(self._segment(face).estimation for face in faces if self._segment(face).is_known)
        return max(faces, key=lambda face: (votes[self._segment(face).estimation], *_size(face)))

    def _segment(self, face: ObservedFace) -> Segment:
        return segment_of(face.fused, self._child_below_years)


def _size(face: ObservedFace) -> tuple[int, int]:
    """Order faces by size; of two of the same size the one with the lower track id is the larger."""
    return face.area_px, -face.track_id
