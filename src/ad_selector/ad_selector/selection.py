"""What a screen must show from now on, and why."""

from __future__ import annotations

from dataclasses import dataclass

from signage_catalogue import Catalogue, Creative
from signage_common.demographics import UNKNOWN

from ad_selector.choice import Choice
from ad_selector.segment import Audience


@dataclass(frozen=True)
class Selection:
    """What a screen must show from now on, and why.

    Attributes:
        episode: the presence episode that it answers; empty when nobody is there.
        campaign: empty for the house playlist.
        playlist: what the screen repeats; one creative when targeted.
        estimation: of the leading face, such as ``20f``, or ``unknown``.
        reason: what was considered, and what ruled each out.
        catalogue: digest of the catalogue that it was chosen from.
        arrived_ns: stamp of the image that first showed a face of the episode; 0 when nobody is there.
        captured_ns: stamp of the image that caused it.
        showing: 1 for the episode's decision, more for what follows in it, 0 when nobody is there.
    """

    episode: str
    campaign: str
    playlist: tuple[Creative, ...]
    estimation: str
    reason: str
    catalogue: str
    arrived_ns: int
    captured_ns: int
    showing: int = 0

    @property
    def is_fallback(self) -> bool:
        """Return whether it is the house playlist."""
        return not self.campaign

    @property
    def creative(self) -> Creative:
        """Return the creative to show now."""
        return self.playlist[0]

    @property
    def duration_s(self) -> float:
        """Return how long the playlist takes to be shown once."""
        return sum(creative.duration_s for creative in self.playlist)

    def shows_same(self, other: Selection) -> bool:
        """Return whether a screen would show the same."""
        return (self.campaign, self.playlist) == (other.campaign, other.playlist)


def house_selection(catalogue: Catalogue, reason: str, captured_ns: int) -> Selection:
    """Return the house playlist, for when nobody is there."""
    return Selection("", "", catalogue.house_playlist, UNKNOWN, reason, catalogue.digest, 0, captured_ns)


def chosen_selection(
    choice: Choice, audience: Audience, catalogue: Catalogue, arrived_ns: int, captured_ns: int, showing: int
) -> Selection:
    """Return the answer to an audience: the creative that was chosen, or the house playlist if none matched."""
    playlist = (catalogue.creatives[choice.creative],) if choice.campaign else catalogue.house_playlist
    return Selection(
        episode=audience.episode,
        campaign=choice.campaign,
        playlist=playlist,
        estimation=audience.segment.estimation,
        reason=choice.reason,
        catalogue=catalogue.digest,
        arrived_ns=arrived_ns,
        captured_ns=captured_ns,
        showing=showing,
    )
