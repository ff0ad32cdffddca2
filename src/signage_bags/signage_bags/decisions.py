"""What a recording led to, when it was made or when it is decided again: decisions, and events of episodes."""

from __future__ import annotations

import bisect
import functools
import itertools
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from signage_common.stamps import NS_PER_S

GAP = 2.5
"""An image is missing where the next one came after so many times the usual distance."""
_FEWEST_IMAGES = 3


@dataclass(frozen=True)
class Decision:
    """One choice for an episode, as signage_msgs/AdSelection tells of it.

    Attributes:
        episode: the presence episode that it answers.
        stamp_ns: of the image that caused it, nanoseconds since the Unix epoch.
        campaign: empty for the house playlist.
        creative: the first one to show.
        estimation: such as ``20f``, or ``unknown``.
        reason: what was considered, and what ruled each out.
        arrived_ns: stamp of the image that first showed a face of the episode; 0 if not known.
        catalogue: which catalogue it was chosen from, the beginning of its SHA-256; empty if not known.
    """

    episode: str
    stamp_ns: int
    campaign: str
    creative: str
    estimation: str
    reason: str
    arrived_ns: int = 0
    catalogue: str = ""

    def row(self) -> dict[str, Any]:
        """Return what `./signage decide --json` says of it."""
        return {name: getattr(self, name) for name in ROW}


ROW = ("episode", "stamp_ns", "campaign", "creative", "estimation", "reason")


@dataclass(frozen=True)
class EpisodeEvent:
    """An episode started, changed or ended, as signage_msgs/Presence tells of it.

    Attributes:
        episode: its id.
        stamp_ns: of the image that brought the event, nanoseconds since the Unix epoch.
        event: STARTED, UPDATED or ENDED.
        started_ns: stamp of the image that first showed a face of the episode.
        values: the message's other fields, by name.
    """

    episode: str
    stamp_ns: int
    event: str
    started_ns: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What happened to one device, in order.

    Attributes:
        decisions: those with an episode.
        events: of its episodes; None if they are not known.
    """

    decisions: Sequence[Decision] = ()
    events: Sequence[EpisodeEvent] | None = None


@dataclass
class Timeline:
    """When images came, and what else happened meanwhile; for why something differs, asked when all is read.

    Attributes:
        stamps_ns: of all images, as they came.
        changes: stamp of the last image before each change of a parameter, and what changed, in words.
        restarts_ns: stamp of the last image before each start of another selector.
    """

    stamps_ns: array[int] = field(default_factory=lambda: array("q"))
    changes: list[tuple[int, str]] = field(default_factory=list)
    restarts_ns: list[int] = field(default_factory=list)

    @property
    def first_ns(self) -> int:
        """The stamp of the first image; 0 if there is none."""
        return self.stamps_ns[0] if self.stamps_ns else 0

    @property
    def last_ns(self) -> int:
        """The stamp of the last image; 0 if there is none."""
        return self.stamps_ns[-1] if self.stamps_ns else 0

    def has(self, stamp_ns: int) -> bool:
        """Return whether an image has this stamp."""
        return stamp_ns in self._sorted[self._at(stamp_ns) : self._at(stamp_ns) + 1]

    def goes_back(self, from_ns: int, to_ns: int) -> bool:
        """Return whether the stamps went back anywhere between two moments."""
        jumps = itertools.pairwise(self.stamps_ns)
        return any(after < before and after <= to_ns and before >= from_ns for before, after in jumps)

    def gap_s(self, from_ns: int, to_ns: int) -> float:
        """Return the longest time without an image between two moments, seconds; 0 if none is unusually long."""
        stamps = self._sorted[max(self._at(from_ns) - 1, 0) : self._at(to_ns) + 1]
        longest_ns = max((after - before for before, after in itertools.pairwise(stamps)), default=0)
        return longest_ns / NS_PER_S if longest_ns > GAP * self._usual_ns else 0.0

    def changed(self, from_ns: int, to_ns: int) -> str:
        """Return which parameters changed between two moments; empty if none did."""
        return ", ".join(dict.fromkeys(what for stamp_ns, what in self.changes if from_ns <= stamp_ns <= to_ns))

    @functools.cached_property
    def _sorted(self) -> array[int]:
        return array("q", sorted(self.stamps_ns))

    @functools.cached_property
    def _usual_ns(self) -> float:
        stamps = self._sorted
        if len(stamps) < _FEWEST_IMAGES:
            return float("inf")
        return median(after - before for before, after in itertools.pairwise(stamps))

    def _at(self, stamp_ns: int) -> int:
        return bisect.bisect_left(self._sorted, stamp_ns)
