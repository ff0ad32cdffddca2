"""What the graph did, as far as the demonstration tells of it, and how often."""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    """The screen was given something new to show.

    Attributes:
        episode: the presence episode that it answers; empty for the fallback.
        estimation: of the leading face, such as ``20f``.
        creative: what is shown.
        campaign: whose creative it is; empty for the fallback.
        reason: why.
        delay_ms: from the capture of the image that caused it to the decision.
    """

    episode: str
    estimation: str
    creative: str
    campaign: str
    reason: str
    delay_ms: float


@dataclass(frozen=True)
class Play:
    """A screen painted the first frame of a creative.

    Attributes:
        screen: the screen's name.
        creative: what it shows.
        episode: the presence episode that it answers; empty for the fallback.
    """

    screen: str
    creative: str
    episode: str


@dataclass(frozen=True)
class Arrival:
    """A presence episode started."""

    episode: str


Event = Decision | Play | Arrival


class EventCounts:
    """Counts episodes, decisions and plays, and keeps the times of the decisions."""

    def __init__(self) -> None:
        self._episodes: set[str] = set()
        self._plays = 0
        self._delays_ms: list[float] = []

    def add(self, event: Event) -> None:
        """Count an event; a fallback is no decision."""
        match event:
            case Arrival():
                self._episodes.add(event.episode)
            case Play():
                self._plays += 1
            case Decision() if event.episode:
                self._episodes.add(event.episode)
                self._delays_ms.append(event.delay_ms)

    def summary(self) -> str:
        """Return the counts and the median time in one line."""
        decisions = len(self._delays_ms)
        text = (
            f"{_count(len(self._episodes), 'episode')}, {_count(decisions, 'decision')}, {_count(self._plays, 'play')}"
        )
        if not decisions:
            return text
        return f"{text}; from image to decision {statistics.median(self._delays_ms):.0f} ms at the median"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
