"""Presence episodes: when somebody arrived, how many watch, when they left."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from dataclasses import dataclass, replace

from ad_selector.leader import Leader
from ad_selector.segment import Segment
from ad_selector.sight import Frame

NS_PER_S = 1_000_000_000
UPDATE_NS = NS_PER_S


class PresenceEvent(enum.IntEnum):
    """What happened to an episode, as in signage_msgs/Presence."""

    UNKNOWN = 0
    STARTED = 1
    UPDATED = 2
    ENDED = 3


@dataclass(frozen=True)
class PresenceChange:
    """An episode started, changed or ended.

    Attributes:
        event: which of them.
        stamp_ns: of the image that brought it; see ``Presence.wait`` for silence.
        started_ns: stamp of the image that first showed a face of the episode.
        episode: its id.
        watchers: faces in sight; 0 when it ended.
        estimation: of the leading face, such as ``20f``, or ``unknown``.
        dwell_s: from the first to the last sight of a face.
    """

    event: PresenceEvent
    stamp_ns: int
    started_ns: int
    episode: str
    watchers: int
    estimation: str
    dwell_s: float


class Episode:
    """Somebody in sight; it counts once it has been told as STARTED.

    Attributes:
        episode_id: device and UTC time of the first image.
        first_ns: stamp of the first image that showed a face.
        last_sight_ns: stamp of the last image in which a detector found a face.
        told_ns: stamp of STARTED; None before.
        watchers: faces in the last image that had any.
    """

    def __init__(self, device: str, first_ns: int, leader: Leader) -> None:
        self.episode_id = f"{device}-{utc_text(first_ns)}"
        self.first_ns = first_ns
        self.last_sight_ns = first_ns
        self.told_ns: int | None = None
        self.watchers = 0
        self._leader = leader
        self._last_told: PresenceChange | None = None
        self._updated_ns: int | None = None

    @property
    def segment(self) -> Segment:
        """Return the segment of the leading watcher."""
        return self._leader.segment

    def look(self, frame: Frame) -> None:
        """Take in who is in sight."""
        if frame.has_sight:
            self.last_sight_ns = frame.stamp_ns
        self.watchers = len(frame.faces) or self.watchers
        self._leader.look(frame.faces, frame.stamp_ns)

    def start(self, stamp_ns: int) -> PresenceChange:
        """Tell that it started."""
        self.told_ns = stamp_ns
        return self._tell(PresenceEvent.STARTED, stamp_ns)

    def update(self, stamp_ns: int) -> list[PresenceChange]:
        """Tell what changed, at most once a second."""
        last = self._last_told
        same = last is not None and (last.watchers, last.estimation) == (self.watchers, self.segment.estimation)
        if same or (self._updated_ns is not None and stamp_ns - self._updated_ns < UPDATE_NS):
            return []
        self._updated_ns = stamp_ns
        return [self._tell(PresenceEvent.UPDATED, stamp_ns)]

    def end(self, stamp_ns: int) -> PresenceChange:
        """Tell that it ended."""
        return replace(self._tell(PresenceEvent.ENDED, stamp_ns), watchers=0)

    def _tell(self, event: PresenceEvent, stamp_ns: int) -> PresenceChange:
        dwell_s = (self.last_sight_ns - self.first_ns) / NS_PER_S
        estimation = self.segment.estimation
        self._last_told = PresenceChange(
            event, stamp_ns, self.first_ns, self.episode_id, self.watchers, estimation, dwell_s
        )
        return self._last_told


class Presence:
    """The episodes of one device, fed image by image."""

    def __init__(self, device: str, appear_s: float, vanish_s: float, make_leader: Callable[[], Leader]) -> None:
        """Begin with nobody there.

        Args:
            device: its name, the first part of every episode's id.
            appear_s: how long a face must be seen before an episode starts.
            vanish_s: how long no face must be seen before it ends.
            make_leader: makes the rule that finds the leader of a new episode.
        """
        self._device = device
        self._appear_ns = round(appear_s * NS_PER_S)
        self._vanish_ns = round(vanish_s * NS_PER_S)
        self._make_leader = make_leader
        self._episode: Episode | None = None
        self._last_ns: int | None = None

    @property
    def episode(self) -> Episode | None:
        """Return the episode that started and has not ended; None when nobody is there."""
        return self._episode if self._episode is not None and self._episode.told_ns is not None else None

    @property
    def last_ns(self) -> int | None:
        """Return the stamp of the last image; None before the first."""
        return self._last_ns

    def see(self, frame: Frame) -> list[PresenceChange]:
        """Take in one image and return what it brought."""
        changes = self._close_gap(frame.stamp_ns) + self._close_if_gone(frame)
        self._last_ns = frame.stamp_ns
        if self._episode is None and frame.has_sight:
            self._episode = Episode(self._device, frame.stamp_ns, self._make_leader())
        if self._episode is not None:
            self._episode.look(frame)
            changes += self._tell(self._episode, frame)
        return changes

    def wait(self, now_ns: int) -> list[PresenceChange]:
        """Take in that no image has come until now, in the time of the stamps.

        Silence of ``vanish_s`` ends the episode; the event is stamped with the moment at which that was reached,
        whenever it is noticed, so that a replay tells the same.
        """
        if self._last_ns is None or now_ns - self._last_ns < self._vanish_ns:
            return []
        return self._close(self._last_ns + self._vanish_ns)

    def _close_gap(self, stamp_ns: int) -> list[PresenceChange]:
        """End the episode if stamps jump: backwards, or forwards by ``vanish_s``."""
        if self._last_ns is not None and stamp_ns < self._last_ns:
            return self._close(self._last_ns)
        return self.wait(stamp_ns)

    def _close_if_gone(self, frame: Frame) -> list[PresenceChange]:
        episode = self._episode
        if episode is None:
            return []
        unseen_ns = frame.stamp_ns - episode.last_sight_ns
        if unseen_ns >= self._vanish_ns or (self._is_glimpse(episode, frame) and unseen_ns > self._appear_ns):
            return self._close(frame.stamp_ns)
        return []

    @staticmethod
    def _is_glimpse(episode: Episode, frame: Frame) -> bool:
        """Return whether a face that never made an episode is not seen any more: it must be seen for appear_s anew."""
        return episode.told_ns is None and not frame.has_sight

    def _close(self, stamp_ns: int) -> list[PresenceChange]:
        episode, self._episode = self.episode, None
        return [] if episode is None else [episode.end(stamp_ns)]

    def _tell(self, episode: Episode, frame: Frame) -> list[PresenceChange]:
        if episode.told_ns is not None:
            return episode.update(frame.stamp_ns)
        if frame.has_sight and frame.stamp_ns - episode.first_ns >= self._appear_ns:
            return [episode.start(frame.stamp_ns)]
        return []


def utc_text(stamp_ns: int) -> str:
    """Write a stamp as UTC to the microsecond: ``20261122T075959.123456Z``."""
    seconds, rest_ns = divmod(stamp_ns, NS_PER_S)
    whole = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{whole:%Y%m%dT%H%M%S}.{rest_ns // 1000:06d}Z"
