"""Join the events of a recording: which decision answers which frame, and when it was painted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ad_selector.presence import PresenceEvent
from signage_bridge.playback import PlaybackEvent
from signage_common.stamps import NS_PER_S

from signage_bench.recording import AnalysedFrame, Recording, Selection


@dataclass(frozen=True)
class TracedDecision:
    """One targeted decision and what followed from it; None where it did not follow, or was not seen.

    Attributes:
        selection: the decision.
        frame: the analysed frame that brought it.
        arrival_ns: capture of the first frame that showed the episode's first track.
        received_ns: receipt by the second WebSocket client.
        painted_ns: first painted frame of the new creative.
    """

    selection: Selection
    frame: AnalysedFrame | None
    arrival_ns: int
    received_ns: int | None
    painted_ns: int | None


@dataclass(frozen=True)
class VisiblePeriod:
    """The time in which somebody was visible within one episode; ``frames`` are those analysed in it."""

    episode: str
    first_ns: int
    last_ns: int
    frames: int

    @property
    def frames_per_s(self) -> float:
        """The analysed frames per second."""
        return (self.frames - 1) * NS_PER_S / (self.last_ns - self.first_ns)


def trace_decisions(recording: Recording) -> list[TracedDecision]:
    """Return every targeted decision of the measurement, in the order of deciding."""
    frames = {frame.stamp_ns: frame for frame in recording.frames}
    chosen = [s for s in recording.selections if s.episode and not s.fallback and recording.is_measured(s.decided_ns)]
    return [
        TracedDecision(
            selection=selection,
            frame=frames.get(selection.captured_ns),
            arrival_ns=arrival_ns(recording, selection),
            received_ns=_received(recording, selection),
            painted_ns=_painted(recording, selection),
        )
        for selection in sorted(chosen, key=lambda selection: selection.decided_ns)
    ]


def arrival_ns(recording: Recording, selection: Selection) -> int:
    """Return the capture of the first frame that showed the episode's first track.

    The selector's own ``arrived`` says which frame had that track; earlier frames with the same track count too, back
    to the end of the episode before.
    """
    named = next((frame for frame in recording.frames if frame.stamp_ns == selection.arrived_ns), None)
    if named is None or not any(named.tracks):
        return selection.arrived_ns
    ended = _ended_before(recording, selection.arrived_ns)
    tracks = set(named.tracks) - {0}
    return min(f.stamp_ns for f in recording.frames if ended < f.stamp_ns <= named.stamp_ns and tracks & set(f.tracks))


def _ended_before(recording: Recording, time_ns: int) -> int:
    ends = [change.stamp_ns for change in recording.presence if change.event is PresenceEvent.ENDED]
    return max((end for end in ends if end < time_ns), default=0)


def _received(recording: Recording, selection: Selection) -> int | None:
    key = (selection.episode, selection.captured_ns)
    times = [r.received_ns for r in recording.receipts if (r.episode, r.captured_ns) == key and not r.fallback]
    return min(times, default=None)


def _painted(recording: Recording, selection: Selection) -> int | None:
    key = (selection.episode, selection.creative)
    starts = [
        play.stamp_ns
        for play in recording.plays
        if play.event is PlaybackEvent.STARTED
        and (play.episode, play.creative) == key
        and play.stamp_ns >= selection.captured_ns
    ]
    return min(starts, default=None)


def decisions_per_episode(recording: Recording) -> dict[str, int]:
    """Return the number of decisions of every episode that started and ended within the measurement.

    A decision is an AdSelection with an episode, so an episode without any counts as 0.
    """
    counts = Counter(selection.episode for selection in recording.selections)
    return {episode: counts[episode] for episode in complete_episodes(recording)}


def complete_episodes(recording: Recording) -> list[str]:
    """Return the episodes that started and ended within the measurement, in order."""
    starts = [change for change in recording.presence if change.event is PresenceEvent.STARTED]
    ends = [change for change in recording.presence if change.event is PresenceEvent.ENDED]
    ended = {end.episode for end in ends if recording.is_measured(end.stamp_ns)}
    return [start.episode for start in starts if recording.is_measured(start.started_ns) and start.episode in ended]


def visible_periods(recording: Recording) -> list[VisiblePeriod]:
    """Return when somebody was visible in every complete episode: from its first frame to the last one with a face."""
    whole = set(complete_episodes(recording))
    ends = {c.episode: c.stamp_ns for c in recording.presence if c.event is PresenceEvent.ENDED}
    starts = {c.episode: c.started_ns for c in recording.presence if c.episode in whole}
    found = [_visible_period(recording, episode, start, ends[episode]) for episode, start in starts.items()]
    return [period for period in found if period is not None]


def _visible_period(recording: Recording, episode: str, start_ns: int, end_ns: int) -> VisiblePeriod | None:
    inside = [frame for frame in recording.frames if start_ns <= frame.stamp_ns <= end_ns]
    last_ns = max((frame.stamp_ns for frame in inside if frame.tracks), default=start_ns)
    if last_ns <= start_ns:
        return None
    return VisiblePeriod(episode, start_ns, last_ns, sum(frame.stamp_ns <= last_ns for frame in inside))
