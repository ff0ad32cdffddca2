"""What a bag itself says of the run that it is a recording of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ad_selector.convert import MessageError
from signage_common.ros_diagnostics import DEFAULT_DEVICE

from signage_bags.bag_reader import Bag, BagError, Channel, open_bag
from signage_bags.convert import PRESENCE, SELECTION, Reader, msg_to_decision, presence_reader, reader_of
from signage_bags.decisions import Decision, EpisodeEvent, Outcome
from signage_bags.recorded_types import RecordedType

_DECISION_FIELDS = ("episode", "captured", "campaign", "creative", "estimation", "reason")


class RecordedRun:
    """What a bag has of the live run: `ad` and `presence` of one device.

    Attributes:
        readers: by topic, of all that is taken.
        differences: how recorded types differ from the installed ones, in words.
        dropped: messages that can't be read.
        has_ads: whether there is ``ad`` at all.
    """

    def __init__(self, bag: Bag, device: str) -> None:
        self.readers: dict[str, Reader] = {}
        self.differences: list[str] = []
        self.dropped = 0
        self._decisions: list[Decision] = []
        self._events: list[EpisodeEvent] = []
        self._sinks: dict[str, Callable[[Any], None]] = {}
        ads = channels_of(bag, SELECTION, "ad").get(device)
        presence = channels_of(bag, PRESENCE, "presence").get(device)
        self.has_ads, self._has_presence = ads is not None, presence is not None
        if ads is not None:
            self.add(ads, lambda each: reader_of(each, msg_to_decision, _DECISION_FIELDS), self._hear_decision)
        if presence is not None:
            self.add(presence, presence_reader, self._events.append)

    def add(self, channel: Channel, reader: Callable[[RecordedType], Reader], sink: Callable[[Any], None]) -> None:
        """Have the messages of a topic read and handed on."""
        recorded = RecordedType(channel)
        if recorded.difference:
            self.differences.append(recorded.difference)
        self.readers[channel.topic] = reader(recorded)
        self._sinks[channel.topic] = sink

    def take(self, channel: Channel, data: bytes) -> None:
        """Read a message and hand it on; one that says what can't be is dropped, as the node does."""
        try:
            self._sinks[channel.topic](self.readers[channel.topic](data))
        except MessageError:
            self.dropped += 1

    def outcome(self) -> Outcome:
        """Return what was heard."""
        return Outcome(self._decisions, self._events if self._has_presence else None)

    def _hear_decision(self, decision: Decision) -> None:
        """Keep an answer to somebody; what is said again, as when the catalogue is loaded anew, counts once."""
        last = self._decisions[-1] if self._decisions else None
        is_again = last is not None and (last.episode, last.stamp_ns) == (decision.episode, decision.stamp_ns)
        if decision.episode and not is_again:
            self._decisions.append(decision)


def recorded_outcome(path: Path | str, device: str = "") -> Outcome:
    """Return what a bag itself says of the live run.

    Raises:
        BagError: it is no bag, or holds no ``ad`` of the device.
    """
    with open_bag(path) as bag:
        selections = channels_of(bag, SELECTION, "ad")
        name = only_device(selections, device, f"{path}: expected a recording with `ad`, to compare with")
        heard = RecordedRun(bag, name)
        for message in bag.messages(list(heard.readers)):
            heard.take(message.channel, message.data)
        return heard.outcome()


def channels_of(bag: Bag, type_name: str, topic: str) -> dict[str, Channel]:
    """Return the channels of a device's topic, by the device's name."""
    return {
        each.topic.rpartition("/")[0].strip("/") or DEFAULT_DEVICE: each
        for each in bag.channels
        if each.type_name == type_name and each.topic.endswith(f"/{topic}")
    }


def only_device(channels: Mapping[str, Channel], device: str, missing: str) -> str:
    """Return the device that is asked for, or the only one there is.

    Raises:
        BagError: there is none, or several, or not this one.
    """
    if not channels:
        raise BagError(missing)
    if device in channels:
        return device
    if device or len(channels) > 1:
        what = f"device {device} is not in the bag" if device else "several devices in the bag, name one"
        raise BagError(f"{what}: {', '.join(sorted(channels))}")
    return next(iter(channels))
