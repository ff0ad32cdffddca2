"""Presence episodes: when somebody arrived, how many watch, when they left."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass, replace

from signage_common.stamps import NS_PER_S, ns_to_seconds, seconds_to_ns

from ad_selector.params import AdSelectorParams
from ad_selector.segment import Segment
from ad_selector.watchers import FaceObservations, Leader, Policy

UPDATE_NS = NS_PER_S
"""An episode is reported as UPDATED at most this often."""


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
        stamp_ns: of the image that brought it; see ``Presence.observe_silence`` for silence.
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
    """Somebody in sight; it counts once it has been announced as STARTED.

    Attributes:
        episode_id: device and UTC time of the first image.
        first_ns: stamp of the first image that showed a face.
        last_detected_ns: stamp of the last image in which a detector found a face.
        announced_ns: stamp of STARTED; None before.
        watchers: faces in the last image that had any.
    """

    def __init__(self, device: str, first_ns: int, leader: Leader) -> None:
        self.episode_id = f"{device}-{utc_text(first_ns)}"
        self.first_ns = first_ns
        self.last_detected_ns = first_ns
        self.announced_ns: int | None = None
        self.watchers = 0
        self._leader = leader
        self._last_change: PresenceChange | None = None
        self._updated_ns: int | None = None

    def set_rules(self, policy: Policy, child_below_years: float) -> None:
        """Find the leading watcher by these rules from the next image on."""
        self._leader.set_rules(policy, child_below_years)

    @property
    def segment(self) -> Segment:
        """Return the segment of the leading watcher."""
        return self._leader.segment

    def observe(self, observations: FaceObservations) -> None:
        """Take in who is in sight."""
        if observations.has_detected_face:
            self.last_detected_ns = observations.stamp_ns
        self.watchers = len(observations.faces) or self.watchers
        self._leader.update(observations.faces, observations.stamp_ns)

    def start(self, stamp_ns: int) -> PresenceChange:
        """Announce that it started."""
        self.announced_ns = stamp_ns
        return self._change(PresenceEvent.STARTED, stamp_ns)

    def update(self, stamp_ns: int) -> list[PresenceChange]:
        """Announce what changed, at most once a second."""
        last = self._last_change
        same = last is not None and (last.watchers, last.estimation) == (self.watchers, self.segment.estimation)
        if same or (self._updated_ns is not None and stamp_ns - self._updated_ns < UPDATE_NS):
            return []
        self._updated_ns = stamp_ns
        return [self._change(PresenceEvent.UPDATED, stamp_ns)]

    def end(self, stamp_ns: int) -> PresenceChange:
        """Announce that it ended."""
        return replace(self._change(PresenceEvent.ENDED, stamp_ns), watchers=0)

    def _change(self, event: PresenceEvent, stamp_ns: int) -> PresenceChange:
        dwell_s = ns_to_seconds(self.last_detected_ns - self.first_ns)
        estimation = self.segment.estimation
        self._last_change = PresenceChange(
            event, stamp_ns, self.first_ns, self.episode_id, self.watchers, estimation, dwell_s
        )
        return self._last_change


class Presence:
    """The episodes of one device, fed image by image."""

    def __init__(self, device: str, params: AdSelectorParams) -> None:
        """Begin with nobody there.

        Args:
            device: its name, the first part of every episode's id.
            params: when an episode starts and ends, and how its leader is found.
        """
        self._device = device
        self._episode: Episode | None = None
        self._last_ns: int | None = None
        self.set_params(params)

    def set_params(self, params: AdSelectorParams) -> None:
        """Go on by these times and rules from the next image on, in the running episode too."""
        self._appear_ns = seconds_to_ns(params.appear_s)
        self._vanish_ns = seconds_to_ns(params.vanish_s)
        self._rules = (Policy(params.policy), params.child_below_years)
        if self._episode is not None:
            self._episode.set_rules(*self._rules)

    @property
    def episode(self) -> Episode | None:
        """Return the episode that started and has not ended; None when nobody is there."""
        return self._episode if self._episode is not None and self._episode.announced_ns is not None else None

    @property
    def last_ns(self) -> int | None:
        """Return the stamp of the last image; None before the first."""
        return self._last_ns

    def observe(self, observations: FaceObservations) -> list[PresenceChange]:
        """Take in one image and return what it brought."""
        changes = self._close_gap(observations.stamp_ns) + self._close_if_gone(observations)
        self._last_ns = observations.stamp_ns
        if self._episode is None and observations.has_detected_face:
            self._episode = Episode(self._device, observations.stamp_ns, Leader(*self._rules))
        if self._episode is not None:
            self._episode.observe(observations)
            changes += self._announce(self._episode, observations)
        return changes

    def observe_silence(self, now_ns: int) -> list[PresenceChange]:
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
        return self.observe_silence(stamp_ns)

    def _close_if_gone(self, observations: FaceObservations) -> list[PresenceChange]:
        episode = self._episode
        if episode is None:
            return []
        unseen_ns = observations.stamp_ns - episode.last_detected_ns
        if unseen_ns >= self._vanish_ns or (self._is_glimpse(episode, observations) and unseen_ns > self._appear_ns):
            return self._close(observations.stamp_ns)
        return []

    @staticmethod
    def _is_glimpse(episode: Episode, observations: FaceObservations) -> bool:
        """Return whether a face that never made an episode is not seen any more: it must be seen for appear_s anew."""
        return episode.announced_ns is None and not observations.has_detected_face

    def _close(self, stamp_ns: int) -> list[PresenceChange]:
        episode, self._episode = self.episode, None
        return [] if episode is None else [episode.end(stamp_ns)]

    def _announce(self, episode: Episode, observations: FaceObservations) -> list[PresenceChange]:
        if episode.announced_ns is not None:
            return episode.update(observations.stamp_ns)
        if observations.has_detected_face and observations.stamp_ns - episode.first_ns >= self._appear_ns:
            return [episode.start(observations.stamp_ns)]
        return []


def utc_text(stamp_ns: int) -> str:
    """Write a stamp as UTC to the microsecond: ``20261122T075959.123456Z``."""
    seconds, rest_ns = divmod(stamp_ns, NS_PER_S)
    whole = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{whole:%Y%m%dT%H%M%S}.{rest_ns // 1000:06d}Z"
