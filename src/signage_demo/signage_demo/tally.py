"""Count what happened in a demonstration."""

from __future__ import annotations

import statistics

from signage_demo.events import Arrival, Decision, Event, Play


class Tally:
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
