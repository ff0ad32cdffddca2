"""What the selector chose lately: for caps, and for what comes next in an episode."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True)
class Play:
    """One choice that was put on the screen."""

    stamp_ns: int
    campaign: str
    creative: str
    episode: str


@dataclass(frozen=True)
class History:
    """The plays of the last hour, in the order in which they were chosen."""

    plays: tuple[Play, ...] = ()

    def with_play(self, play: Play) -> History:
        """Return the history with one more play, without those that are over an hour old."""
        kept = tuple(old for old in self.plays if old.stamp_ns > play.stamp_ns - HOUR_NS or old.episode == play.episode)
        return History((*kept, play))

    def until(self, stamp_ns: int) -> History:
        """Return the history as it was at an earlier time; for stamps that jump backwards."""
        return History(tuple(play for play in self.plays if play.stamp_ns <= stamp_ns))

    def plays_in_hour(self, campaign: str, now_ns: int) -> int:
        """Count the plays of a campaign in the hour that ends now."""
        return sum(play.campaign == campaign and now_ns - HOUR_NS < play.stamp_ns <= now_ns for play in self.plays)

    def of_episode(self, episode: str) -> tuple[Play, ...]:
        """Return the plays of one episode."""
        return tuple(play for play in self.plays if play.episode == episode) if episode else ()
