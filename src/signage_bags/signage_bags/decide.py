"""Decide a recording again: the pure selector over the faces of a bag, as fast as it can, and the same every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ad_selector.convert import MessageError
from ad_selector.params import AdSelectorParams
from ad_selector.presence import PresenceChange
from ad_selector.selection import Selection
from ad_selector.selector import Output, Selector
from signage_catalogue import Catalogue
from signage_common.errors import SignageError
from signage_common.stamps import NS_PER_S, seconds_to_ns

from signage_bags.bag_reader import Bag, BagError, Channel, open_bag
from signage_bags.convert import (
    FACES,
    PARAMETER_EVENT,
    FacesReader,
    Reader,
    change_to_event,
    msg_to_parameters,
    reader_of,
    selection_to_decision,
)
from signage_bags.decisions import Decision, Outcome, Timeline
from signage_bags.recorded_run import RecordedRun, channels_of, only_device
from signage_bags.recorded_types import RecordedType
from signage_bags.settings import SELECTOR, Settings, settings_of, with_params

PARAMETER_EVENTS = "/parameter_events"
_TELL_EVERY = 5_000


@dataclass(frozen=True)
class Decided:
    """What a recording leads to, and what it says itself.

    Attributes:
        device: whose faces they are.
        decided: what the selector makes of them.
        recorded: what the bag has of the live run; its events are None if it has no ``presence``.
        timeline: when images came.
        catalogue: it was decided by.
        origin: where catalogue and parameters come from, in words.
        notes: what else is to be told: where the bag ends early, which messages are of another version.
        images: how many were decided.
        has_ads: whether the bag holds ``ad`` at all.
        difference: how the recorded messages differ from the installed ones; empty if they do not.
    """

    device: str
    decided: Outcome
    recorded: Outcome
    timeline: Timeline
    catalogue: Catalogue
    origin: str
    notes: Sequence[str]
    images: int
    has_ads: bool
    difference: str

    @property
    def decisions(self) -> Sequence[Decision]:
        """What was decided, in order."""
        return self.decided.decisions

    @property
    def episodes(self) -> Sequence[str]:
        """The ids of the episodes that started, in order."""
        return [event.episode for event in self.decided.events or () if event.event == "STARTED"]

    @property
    def duration_s(self) -> float:
        """From the first image to the last, in the recording's own time, seconds."""
        return max(self.timeline.last_ns - self.timeline.first_ns, 0) / NS_PER_S


def decide_bag(
    path: Path | str,
    catalog: Path | str | None = None,
    media_root: Path | str | None = None,
    device: str = "",
    on_progress: Callable[[int, int], None] = lambda done, of: None,
) -> Decided:
    """Decide the faces of a bag.

    Args:
        path: the bag: its folder, or one of its files.
        catalog: the catalogue; None for the recorded one, else the default one.
        media_root: another folder in which the catalogue's creatives may lie.
        device: the device; empty where the bag has only one.
        on_progress: is told now and then how many of how many messages are read.

    Raises:
        BagError: it is no bag, or holds no faces that can be read.
        CatalogueError: the catalogue can't be used.
        ConfigurationError: there is no such device or catalogue.
    """
    with open_bag(path) as bag:
        name = _device_of(bag, device)
        catalog_path = Path(catalog) if catalog is not None else None
        settings = settings_of(bag.custom_data, catalog_path, Path(media_root) if media_root else None)
        run = _Run(bag, name, settings)
        for count, message in enumerate(bag.messages(list(run.readers)), 1):
            run.take(message.channel, message.data)
            if count % _TELL_EVERY == 0:
                on_progress(count, bag.message_count)
        return run.end()


def _device_of(bag: Bag, device: str) -> str:
    held = ", ".join(f"{each.topic} ({each.type_name})" for each in bag.channels[:5])
    return only_device(
        channels_of(bag, FACES, "faces"), device, f"{bag.path}: expected a topic `faces` of {FACES}, got {held}"
    )


class _Run:
    """The selector of one device, fed from a bag as the node was from its topics."""

    def __init__(self, bag: Bag, device: str, settings: Settings) -> None:
        self._bag = bag
        self._device = device
        self._settings = settings
        self._params = settings.params
        self._selector: Selector | None = None
        self._outputs: list[Output] = []
        self._timeline = Timeline()
        self._heard = RecordedRun(bag, device)
        self._heard.add(channels_of(bag, FACES, "faces")[device], lambda each: FacesReader(each).read, self._observe)
        namespace = channels_of(bag, FACES, "faces")[device].topic.rpartition("/")[0]
        self._node = f"{namespace}/{SELECTOR}"
        for channel in bag.channels:
            if (channel.topic, channel.type_name) == (PARAMETER_EVENTS, PARAMETER_EVENT):
                self._heard.add(channel, self._parameters_reader, self._set_params)

    @property
    def readers(self) -> Mapping[str, Reader]:
        """Readers by topic."""
        return self._heard.readers

    def take(self, channel: Channel, data: bytes) -> None:
        """Take in a message."""
        self._heard.take(channel, data)

    def end(self) -> Decided:
        """Let silence follow, and return what it all led to.

        Raises:
            BagError: there was no image.
        """
        stamps_ns = self._timeline.stamps_ns
        if self._selector is None:
            bad = f", only {self._heard.dropped} that can't be read" if self._heard.dropped else ""
            raise BagError(f"{self._bag.path}: the bag holds no faces of {self._device}{bad}")
        self._outputs += self._selector.observe_silence(stamps_ns[-1] + seconds_to_ns(self._params.vanish_s + 1))
        return Decided(
            device=self._device,
            decided=_outcome_of(self._outputs, self._device),
            recorded=self._heard.outcome(),
            timeline=self._timeline,
            catalogue=self._settings.catalogue,
            origin=self._settings.origin,
            notes=self._notes(),
            images=len(stamps_ns),
            has_ads=self._heard.has_ads,
            difference="; ".join(dict.fromkeys(self._heard.differences)),
        )

    def _notes(self) -> list[str]:
        versions = dict.fromkeys(self._heard.differences)
        notes = [f"messages of another version, read by the names of their fields: {each}" for each in versions]
        if self._bag.problem:
            notes.insert(0, f"{self._bag.problem}; decided up to there")
        if self._heard.dropped:
            notes.append(f"{self._heard.dropped:,} messages that can't be read were dropped")
        if self._timeline.goes_back(0, 2**63 - 1):
            notes.append("stamps go back in this recording; each time that ends the episode")
        return notes

    def _observe(self, observations: Any) -> None:
        if self._selector is None:
            self._selector = self._new_selector(observations.stamp_ns)
        self._timeline.stamps_ns.append(observations.stamp_ns)
        self._outputs += self._selector.observe(observations)

    def _new_selector(self, now_ns: int) -> Selector:
        return Selector(self._device, self._params, self._settings.catalogue, now_ns)

    def _parameters_reader(self, recorded: RecordedType) -> Reader:
        needed = ("node", "new_parameters", "changed_parameters")
        return reader_of(recorded, lambda message: msg_to_parameters(message, self._node), needed)

    def _set_params(self, told: tuple[dict[str, Any], bool]) -> None:
        """Go on by other parameters; a node that declares its catalogue anew has been started again."""
        values, is_new = told
        try:
            params = with_params(self._params, values)
        except SignageError as error:
            raise MessageError(str(error)) from None
        last_ns = self._timeline.last_ns
        if self._selector is not None and is_new and "catalog" in values:
            self._timeline.restarts_ns.append(last_ns)
            self._selector = self._new_selector(last_ns)
        self._note_changes(params)
        self._params = params
        if self._selector is not None:
            self._selector.set_params(params)

    def _note_changes(self, params: AdSelectorParams) -> None:
        for each in fields(params):
            before, after = getattr(self._params, each.name), getattr(params, each.name)
            if before != after:
                self._timeline.changes.append((self._timeline.last_ns, f"{each.name} from {before} to {after}"))


def _outcome_of(outputs: Sequence[Output], device: str) -> Outcome:
    events = [change_to_event(output, device) for output in outputs if isinstance(output, PresenceChange)]
    selections = [output for output in outputs if isinstance(output, Selection) and output.episode]
    return Outcome([selection_to_decision(selection) for selection in selections], events)
