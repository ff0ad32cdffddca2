"""For whom a choice is made."""

from __future__ import annotations

from dataclasses import dataclass

from ad_selector.segment import Segment


@dataclass(frozen=True)
class Audience:
    """Who watches one device.

    Attributes:
        device: its name.
        segment: of the leading watcher.
        watchers: how many look, at least 1.
        episode: id of the presence episode; empty for a mere question.
    """

    device: str
    segment: Segment
    watchers: int = 1
    episode: str = ""

    def describe(self) -> str:
        """Write it in words: ``20f, 2 watchers at deeplens1``."""
        who = "a child" if self.segment.is_child else self.segment.estimation
        count = "1 watcher" if self.watchers == 1 else f"{self.watchers} watchers"
        return f"{who}, {count} at {self.device}"
