"""Presence episodes: when somebody arrived, how many look, when they left."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass

from signage_common.stamps import NS_PER_S, ns_to_seconds, seconds_to_ns

from ad_selector.crowd import Counts, Crowd, CrowdRules, Totals
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
        estimation: of the leading face, such as ``20f``, or ``unknown``.
        now: who is in sight; nobody when it ended.
        total: everybody so far.
        dwell_s: from the first to the last sight of somebody.
        attention_s: how much of that somebody looked.
    """

    event: PresenceEvent
    stamp_ns: int
    started_ns: int
    episode: str
    estimation: str
    now: Counts
    total: Totals
    dwell_s: float
    attention_s: float


class Episode:
    """Somebody in sight; it counts once it has been announced as STARTED.

    Attributes:
        episode_id: device and UTC time of the first image.
        first_ns: stamp of the first image that showed a face.
        announced_ns: stamp of STARTED; None before.
        crowd: everybody in it.
    """

    def __init__(self, device: str, first_ns: int, leader: Leader, crowd: Crowd) -> None:
        self.episode_id = f"{device}-{utc_text(first_ns)}"
        self.first_ns = first_ns
        self.announced_ns: int | None = None
        self.crowd = crowd
        self._leader = leader
        self._last_change: PresenceChange | None = None
        self._updated_ns: int | None = None

    def set_rules(self, policy: Policy, child_below_years: float, crowd_rules: CrowdRules) -> None:
        """Go by these rules from the next image on."""
        self._leader.set_rules(policy, child_below_years)
        self.crowd.rules = crowd_rules

    @property
    def last_seen_ns(self) -> int:
        """Return the stamp of the last image in which a detector found somebody."""
        return max(self.crowd.last_seen_ns, self.first_ns)

    @property
    def segment(self) -> Segment:
        """Return the segment of the leading face."""
        return self._leader.segment

    def observe(self, observations: FaceObservations) -> None:
        """Take in who is in sight."""
        self._leader.update(self.crowd.observe(observations.faces, observations.stamp_ns), observations.stamp_ns)

    def start(self, stamp_ns: int) -> PresenceChange:
        """Announce that it started."""
        self.announced_ns = stamp_ns
        return self._change(PresenceEvent.STARTED, stamp_ns)

    def update(self, stamp_ns: int) -> list[PresenceChange]:
        """Announce what changed, at most once a second."""
        last = self._last_change
        same = last is not None and (last.now, last.estimation) == (self.crowd.now, self.segment.estimation)
        if same or (self._updated_ns is not None and stamp_ns - self._updated_ns < UPDATE_NS):
            return []
        self._updated_ns = stamp_ns
        return [self._change(PresenceEvent.UPDATED, stamp_ns)]

    def end(self, stamp_ns: int) -> PresenceChange:
        """Announce that it ended."""
        return self._change(PresenceEvent.ENDED, stamp_ns)

    def _change(self, event: PresenceEvent, stamp_ns: int) -> PresenceChange:
        dwell_s = ns_to_seconds(self.last_seen_ns - self.first_ns)
        self._last_change = PresenceChange(
            event=event,
            stamp_ns=stamp_ns,
            started_ns=self.first_ns,
            episode=self.episode_id,
            estimation=self.segment.estimation,
            now=Counts() if event is PresenceEvent.ENDED else self.crowd.now,
            total=self.crowd.total,
            dwell_s=dwell_s,
            attention_s=min(self.crowd.attention_s, dwell_s),  # less what proved to be a poster's
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
        self._leader_rules = (Policy(params.policy), params.child_below_years)
        self._crowd_rules = CrowdRules(params.attention_threshold, params.still_after_s, self._vanish_ns)
        if self._episode is not None:
            self._episode.set_rules(*self._leader_rules, self._crowd_rules)

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
        stamp_ns, is_sight = observations.stamp_ns, self._is_sight(observations)
        changes = self._close_gap(stamp_ns) + self._close_if_gone(stamp_ns, is_sight)
        self._last_ns = stamp_ns
        if self._episode is None and is_sight:
            self._episode = Episode(self._device, stamp_ns, Leader(*self._leader_rules), Crowd(self._crowd_rules))
        if self._episode is not None:
            self._episode.observe(observations)
            changes += self._announce(self._episode, stamp_ns, is_sight)
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

    def _is_sight(self, observations: FaceObservations) -> bool:
        """Return whether a detector found somebody; predictions alone, and faces that are still, are nobody."""
        return any(face.is_detected and not self._crowd_rules.is_still(face) for face in observations.faces)

    def _close_if_gone(self, stamp_ns: int, is_sight: bool) -> list[PresenceChange]:
        episode = self._episode
        if episode is None:
            return []
        unseen_ns = stamp_ns - episode.last_seen_ns
        is_glimpse = episode.announced_ns is None and not is_sight  # it must be seen for appear_s anew
        if unseen_ns >= self._vanish_ns or (is_glimpse and unseen_ns > self._appear_ns):
            return self._close(stamp_ns)
        return []

    def _close(self, stamp_ns: int) -> list[PresenceChange]:
        episode, self._episode = self.episode, None
        return [] if episode is None else [episode.end(stamp_ns)]

    def _announce(self, episode: Episode, stamp_ns: int, is_sight: bool) -> list[PresenceChange]:
        if episode.announced_ns is not None:
            return episode.update(stamp_ns)
        if is_sight and stamp_ns - episode.first_ns >= self._appear_ns:
            return [episode.start(stamp_ns)]
        return []


def utc_text(stamp_ns: int) -> str:
    """Write a stamp as UTC to the microsecond: ``20261122T075959.123456Z``."""
    seconds, rest_ns = divmod(stamp_ns, NS_PER_S)
    whole = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return f"{whole:%Y%m%dT%H%M%S}.{rest_ns // 1000:06d}Z"
