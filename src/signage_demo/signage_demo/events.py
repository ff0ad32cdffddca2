"""What the graph did, as far as the demonstration tells of it."""

from __future__ import annotations

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
