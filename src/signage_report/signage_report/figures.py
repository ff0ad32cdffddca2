"""What is counted for one row of a report, and the figures that follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from signage_common.histogram import CLASSES, EDGES_S
from signage_common.stamps import ns_to_seconds

_STARTS_S = (0.0, *EDGES_S)
_MIDDLES_S = (*((start + end) / 2 for start, end in zip(_STARTS_S, EDGES_S, strict=False)), EDGES_S[-1])
"""What a duration of each class counts as, seconds: its middle; the last class has no end and counts as its start."""
Classes = Iterable[tuple[int, int]]
"""Classes of a histogram, each with its count."""
OUTCOMES = ("completed", "interrupted", "failed", "started")
"""How a showing ended; the last stands for those of which the end is not known."""


@dataclass
class Tally:
    """What is counted for one row, and can be added up.

    Attributes:
        outcomes: showings by how they ended, one of ``OUTCOMES``.
        shown_ns: how long a screen showed it.
        watchers: people who looked.
        in_sight: people who did not.
        still_faces: posters and the like.
        dwell: watchers by class of the time that they were in sight.
        attention: watchers by class of the time that they looked.
        latency_ms: answers by time from the image to the first painted frame, whole milliseconds.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    shown_ns: int = 0
    watchers: int = 0
    in_sight: int = 0
    still_faces: int = 0
    dwell: list[int] = field(default_factory=lambda: [0] * CLASSES)
    attention: list[int] = field(default_factory=lambda: [0] * CLASSES)
    latency_ms: Counter[int] = field(default_factory=Counter)

    @property
    def plays(self) -> int:
        """Return how many showings began."""
        return self.outcomes.total() - self.outcomes["failed"]

    def add(self, other: Tally) -> None:
        """Add another row's counts."""
        self.outcomes.update(other.outcomes)
        self.shown_ns += other.shown_ns
        self.add_people(other.watchers, other.in_sight, other.still_faces)
        self.add_durations(enumerate(other.dwell), enumerate(other.attention))
        self.latency_ms.update(other.latency_ms)

    def take_people(self, other: Tally) -> None:
        """Have another row's people instead."""
        self.watchers, self.in_sight, self.still_faces = other.watchers, other.in_sight, other.still_faces
        self.dwell, self.attention = other.dwell, other.attention

    def add_people(self, watchers: int, in_sight: int, still_faces: int) -> None:
        """Add people."""
        self.watchers += watchers
        self.in_sight += in_sight
        self.still_faces += still_faces

    def add_durations(self, dwell: Classes, attention: Classes, times: int = 1) -> None:
        """Add two histograms, each so many times."""
        for total, more in ((self.dwell, dwell), (self.attention, attention)):
            for place, count in more:
                total[place] += times * count


@dataclass(frozen=True)
class Figures:
    """The figures of one row; None where there is nothing to tell, or it is withheld.

    Attributes:
        plays: showings that began.
        completed: plays to the end.
        interrupted: plays that something else replaced.
        failed: showings that could not be shown; not among the plays.
        shown_s: seconds that a screen showed it.
        share_of_voice: its part of the time that is shown in the whole report, 0 to 1.
        watchers: people who looked.
        in_sight: people who did not.
        still_faces: posters and the like.
        dwell_mean_s: how long watchers were in sight, on average.
        dwell_median_s: how long half of the watchers were.
        attention_mean_s: how long watchers looked, on average.
        latency_p50_ms: from the image to the first painted frame of its answer.
        latency_p95_ms: the same, of the slowest twentieth the quickest.
    """

    plays: int | None
    completed: int | None
    interrupted: int | None
    failed: int | None
    shown_s: float | None
    share_of_voice: float | None
    watchers: int | None
    in_sight: int | None
    still_faces: int | None
    dwell_mean_s: float | None
    dwell_median_s: float | None
    attention_mean_s: float | None
    latency_p50_ms: int | None
    latency_p95_ms: int | None


OF_WATCHERS = ("watchers", "dwell_mean_s", "dwell_median_s", "attention_mean_s")
"""What follows from the watchers, and is withheld with their number."""


def figures_of(tally: Tally, all_shown_ns: int) -> Figures:
    """Return the figures of a row.

    Args:
        tally: what was counted.
        all_shown_ns: how long everything in the report was shown.
    """
    return Figures(
        plays=tally.plays,
        completed=tally.outcomes["completed"],
        interrupted=tally.outcomes["interrupted"],
        failed=tally.outcomes["failed"],
        shown_s=round(ns_to_seconds(tally.shown_ns), 1),
        share_of_voice=round(tally.shown_ns / all_shown_ns, 4) if all_shown_ns else None,
        watchers=tally.watchers,
        in_sight=tally.in_sight,
        still_faces=tally.still_faces,
        dwell_mean_s=mean_s(tally.dwell),
        dwell_median_s=median_s(tally.dwell),
        attention_mean_s=mean_s(tally.attention),
        latency_p50_ms=percentile(tally.latency_ms, 50),
        latency_p95_ms=percentile(tally.latency_ms, 95),
    )


def mean_s(counts: Sequence[int]) -> float | None:
    """Return the mean of durations that are counted by class, each taken as its class's middle; None of none."""
    total = sum(counts)
    seconds = sum(count * middle for count, middle in zip(counts, _MIDDLES_S, strict=True))
    return round(seconds / total, 1) if total else None


def median_s(counts: Sequence[int]) -> float | None:
    """Return the median of durations that are counted by class, spread evenly over theirs; None of none."""
    half, before = sum(counts) / 2, 0
    for start, end, count in zip(_STARTS_S, (*EDGES_S, EDGES_S[-1]), counts, strict=True):
        if count and before + count >= half:
            return round(start + (end - start) * (half - before) / count, 1)
        before += count
    return None


def percentile(counts: Counter[int], percent: int) -> int | None:
    """Return the least value that at least ``percent`` of the counted ones do not exceed; None of none."""
    wanted, before = counts.total() * percent, 0
    for value in sorted(counts):
        before += counts[value]
        if before * 100 >= wanted:
            return value
    return None


@cache
def read_histogram(text: str) -> Classes:
    """Read ten counts such as ``0,1,0,0,0,0,0,0,0,0``; return the classes that are not empty.

    Raises:
        ValueError: it is something else.
    """
    counts = tuple(map(int, text.split(",")))
    if len(counts) != CLASSES or min(counts) < 0:
        raise ValueError(f"expected {CLASSES} counts, got {text!r}")
    return tuple((place, count) for place, count in enumerate(counts) if count)
