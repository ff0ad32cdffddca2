"""When each message of a bag is due while it is played, and which topics are played at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from signage_common.errors import ConfigurationError
from signage_common.stamps import ns_to_seconds, seconds_to_ns

from signage_bags.bag_reader import Bag, Channel
from signage_bags.topics import CLOCK, SHARED_TOPICS, find_topics


@dataclass(frozen=True)
class Pace:
    """The bag's time against the steady clock.

    Attributes:
        begin_ns: the bag's time, nanoseconds since the Unix epoch, at
        begin_s: this time of the steady clock.
        rate: how many times as fast as it was recorded.
    """

    begin_ns: int
    begin_s: float
    rate: float

    def due_s(self, log_ns: int) -> float:
        """Return when a message is due, on the steady clock."""
        return self.begin_s + ns_to_seconds(log_ns - self.begin_ns) / self.rate

    def bag_ns(self, now_s: float) -> int:
        """Return the bag's time."""
        return self.begin_ns + seconds_to_ns((now_s - self.begin_s) * self.rate)


@dataclass
class Programme:
    """Which topics of a bag are played.

    Attributes:
        channels: those that are.
        left_out: why the others are not, a line for each.
    """

    channels: list[Channel] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def topics(self) -> set[str]:
        """The names of those that are played."""
        return {channel.topic for channel in self.channels}


def choose_channels(
    channels: Sequence[Channel],
    asked: Sequence[str],
    others_of: Callable[[str], Collection[str]],
    reason_against: Callable[[Channel], str],
    has_clock: bool,
) -> Programme:
    """Choose what is played: what is asked for, or else every topic that no node of the graph publishes itself.

    So a bag of a whole system brings to one that runs what it lacks, faces or images, and not its answers once more.

    Args:
        channels: of the bag.
        asked: topics by full names or their last parts; empty for the default.
        others_of: gives the names of the nodes that publish a topic.
        reason_against: says why a channel can't be played, or nothing.
        has_clock: whether /clock is published anyway.

    Raises:
        ConfigurationError: a topic that is asked for is not in the bag, or nothing is left.
    """
    wanted = find_topics(asked, {channel.topic for channel in channels}) if asked else None
    programme = Programme()
    for channel in channels:
        if wanted is not None and channel.topic not in wanted:
            continue
        reason = reason_against(channel)
        if not reason and channel.topic == CLOCK and has_clock:
            reason = "the player publishes it itself"
        if not reason and wanted is None:
            reason = publishers_reason(others_of(channel.topic))
        if reason:
            programme.left_out.append(f"{channel.topic} is left out: {reason}")
        else:
            programme.channels.append(channel)
    if not programme.channels:
        raise ConfigurationError(f"nothing of the bag can be played: {'; '.join(programme.left_out)}")
    return programme


def begin_ns(bag: Bag, start_offset_s: float) -> int:
    """Return the time of a bag at which it begins to be played.

    Raises:
        ConfigurationError: it ends before.
    """
    begin = bag.start_ns + seconds_to_ns(start_offset_s)
    if begin > bag.end_ns:
        length_s = ns_to_seconds(bag.end_ns - bag.start_ns)
        raise ConfigurationError(f"parameter start_offset: the bag is {length_s:.1f} s long")
    return begin


def publishers_reason(others: Collection[str]) -> str:
    """Return why a topic that nodes publish themselves is not played; nothing if none does."""
    return f"{', '.join(sorted(set(others)))} publishes it" if others else ""


def is_awaited(topic: str) -> bool:
    """Return whether somebody should listen to a topic before a bag is played; to shared ones somebody always does."""
    return topic not in SHARED_TOPICS
