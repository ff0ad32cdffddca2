"""Compare what a recording is decided to with what it, or another one, says; and name the cause of each difference."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from signage_common.stamps import NS_PER_S

from signage_bags.decisions import Decision, EpisodeEvent, Outcome, Timeline

BEGUN, ENDED = "the recording begins within the episode", "the recording ends here"
OTHER_CATALOGUE = "another catalogue"
UNEXPLAINED = "unexplained"
REASON_ONLY = "only the reason's words differ"
CAPPED = "had its "
"""How a reason says that a campaign has had its plays of the hour."""
_CAPS = "plays before the recording count in a cap, too"
_HOUR_NS = 3600 * NS_PER_S
_EDGE_NS = NS_PER_S
"""What a recorder may miss while it finds the topics, or ends."""
_TOGETHER = {"campaign", "creative"}
_SHOWN = ("campaign", "creative", "estimation", "reason", "stamp_ns")
Item = TypeVar("Item", bound="Decision | EpisodeEvent")


@dataclass(frozen=True)
class Difference:
    """One decision, or event of an episode, that is not the same.

    Attributes:
        what: ``decision`` or ``presence``.
        episode: its id.
        stamp_ns: of the image, nanoseconds since the Unix epoch.
        before: what is compared with, as far as it differs; None if there is nothing.
        after: what was decided now, as far as it differs; None if nothing was.
        cause: in words.
    """

    what: str
    episode: str
    stamp_ns: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    cause: str

    @property
    def is_edge(self) -> bool:
        """Return whether it is there only because the recording begins or ends."""
        return self.cause in (BEGUN, ENDED)

    def row(self) -> dict[str, Any]:
        """Return what `./signage decide --json` says of it."""
        return {
            "what": self.what,
            "episode": self.episode,
            "stamp_ns": self.stamp_ns,
            "before": self.before,
            "after": self.after,
            "cause": self.cause,
        }


@dataclass(frozen=True)
class Circumstances:
    """What may be the cause of a difference.

    Attributes:
        timeline: when images came.
        catalogue: the catalogue that was decided by, the beginning of its SHA-256.
        is_other_catalogue: whether it is taken to be another one where what is compared with does not tell.
        message_difference: how the recorded messages differ from the installed ones; empty if they do not.
        is_live_run: whether it is compared with a live run, which the recording may be longer or shorter than.
    """

    timeline: Timeline
    catalogue: str = ""
    is_other_catalogue: bool = False
    message_difference: str = ""
    is_live_run: bool = True


def compare(before: Outcome, after: Outcome, circumstances: Circumstances) -> list[Difference]:
    """Return what differs, in order of time.

    Args:
        before: what is compared with.
        after: what was decided now.
        circumstances: among which the causes are.
    """
    causes = _Causes(circumstances, before)
    found = list(_differences("decision", before.decisions, after.decisions, _decision_values, causes))
    if before.events is not None and after.events is not None:
        found += _differences("presence", before.events, after.events, _event_values, causes)
    return sorted(found, key=lambda each: (each.stamp_ns, each.what, each.episode))


def _differences(
    what: str,
    before: Sequence[Item],
    after: Sequence[Item],
    values: Callable[[Item, Item | None], dict[str, Any]],
    causes: _Causes,
) -> Iterator[Difference]:
    """Pair what happened in each episode, one after the other, and yield the pairs that are not the same."""
    for old, new in _pairs(before, after):
        one = old or new
        assert one is not None  # _pairs has no empty ones
        told = values(old, new) if old is not None else {}
        now = values(new, old) if new is not None else {}
        names = [name for name in (told or now) if old is None or new is None or told[name] != now[name]]
        if names:
            cause = causes.of(old, new, names)
            shown = [name for name in (told or now) if name in names or (name in _TOGETHER and _TOGETHER & {*names})]
            was = {name: told[name] for name in shown} if old is not None else None
            is_now = {name: now[name] for name in shown} if new is not None else None
            yield Difference(what, one.episode, one.stamp_ns, was, is_now, cause)


def _pairs(before: Sequence[Item], after: Sequence[Item]) -> Iterator[tuple[Item | None, Item | None]]:
    """Pair what the same image brought; then, in each episode, what is left over of the same kind, in order."""
    old, new = _grouped(before), _grouped(after)
    for key in dict.fromkeys([*old, *new]):
        was, is_now = old.get(key, {}), new.get(key, {})
        yield from ((was[stamp_ns], is_now[stamp_ns]) for stamp_ns in was if stamp_ns in is_now)
        gone = [item for stamp_ns, item in was.items() if stamp_ns not in is_now]
        come = [item for stamp_ns, item in is_now.items() if stamp_ns not in was]
        yield from itertools.zip_longest(gone, come)


def _grouped(items: Iterable[Item]) -> dict[tuple[str, str], dict[int, Item]]:
    """Return what happened by episode and kind, then by stamp."""
    groups: dict[tuple[str, str], dict[int, Item]] = {}
    for item in items:
        kind = item.event if isinstance(item, EpisodeEvent) else ""
        groups.setdefault((item.episode, kind), {})[item.stamp_ns] = item
    return groups


def _decision_values(decision: Decision, other: Decision | None) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in _SHOWN}


def _event_values(event: EpisodeEvent, other: EpisodeEvent | None) -> dict[str, Any]:
    """Return what both versions of the message have."""
    common = [name for name in event.values if other is None or name in other.values]
    return {"event": event.event, "stamp_ns": event.stamp_ns, **{name: event.values[name] for name in sorted(common)}}


class _Causes:
    """Finds why something differs: what lies nearest first."""

    def __init__(self, circumstances: Circumstances, before: Outcome) -> None:
        self._is = circumstances
        self._timeline = circumstances.timeline
        heard = [event.stamp_ns for event in before.events or ()]
        self._first_heard_ns = min(heard, default=None)

    def of(self, old: Decision | EpisodeEvent | None, new: Decision | EpisodeEvent | None, names: Sequence[str]) -> str:
        """Return the cause in words.

        Args:
            old: what is compared with; None if there is nothing.
            new: what was decided now; None if nothing was.
            names: of the values that differ.
        """
        one = old or new
        assert one is not None  # there is no difference between nothing and nothing
        begun_ns = _begun_ns(one) or one.stamp_ns
        return (
            (self._edge(old, new, begun_ns) if self._is.is_live_run else "")
            or self._other_rules(old, begun_ns, one.stamp_ns)
            or (self._lost(one, begun_ns) if self._is.is_live_run else "")
            or self._caps(old, new)
            or (REASON_ONLY if names == ["reason"] else UNEXPLAINED)
        )

    def _edge(self, old: Decision | EpisodeEvent | None, new: Decision | EpisodeEvent | None, begun_ns: int) -> str:
        """Tell what only the recording's begin or end is to blame for."""
        timeline = self._timeline
        if begun_ns < timeline.first_ns or (begun_ns == timeline.first_ns and old is None):
            return BEGUN
        is_unheard = isinstance(new, EpisodeEvent) and old is None
        if is_unheard and (self._first_heard_ns is None or new.stamp_ns < self._first_heard_ns):  # type: ignore[union-attr]
            return BEGUN
        last = new or old
        if (old is None or new is None) and last is not None and last.stamp_ns >= timeline.last_ns - _EDGE_NS:
            return ENDED
        return ""

    def _other_rules(self, old: Decision | EpisodeEvent | None, begun_ns: int, stamp_ns: int) -> str:
        """Tell what was decided by others: another catalogue, other parameters, other messages."""
        told = old.catalogue if isinstance(old, Decision) else ""
        is_other = told != self._is.catalogue if told else self._is.is_other_catalogue
        if isinstance(old, Decision) and is_other:
            return OTHER_CATALOGUE
        if not self._is.is_live_run:
            return ""
        changed = self._timeline.changed(begun_ns - _EDGE_NS, stamp_ns + _EDGE_NS)
        if changed:
            return f"a parameter changed: {changed}"
        if self._is.message_difference:
            return f"recorded with another version of the messages: {self._is.message_difference}"
        return ""

    def _lost(self, one: Decision | EpisodeEvent, begun_ns: int) -> str:
        """Tell what the selector has seen and the recording has not, or the other way round."""
        timeline = self._timeline
        if any(begun_ns - _EDGE_NS <= restart_ns <= one.stamp_ns + _EDGE_NS for restart_ns in timeline.restarts_ns):
            return "the selector was started again"
        if timeline.goes_back(begun_ns, one.stamp_ns):
            return "stamps go back within the episode"
        if not timeline.has(begun_ns) or (isinstance(one, Decision) and not timeline.has(one.stamp_ns)):
            return "the image that brought it is not in the recording"
        gap_s = timeline.gap_s(begun_ns, one.stamp_ns)
        return f"images are missing in the recording: {gap_s:.2f} s without one" if gap_s else ""

    def _caps(self, old: Decision | EpisodeEvent | None, new: Decision | EpisodeEvent | None) -> str:
        reasons = [each.reason for each in (old, new) if isinstance(each, Decision)]
        stamps_ns = [each.stamp_ns for each in (old, new) if each is not None]
        is_early = min(stamps_ns) < self._timeline.first_ns + _HOUR_NS
        return _CAPS if is_early and any(CAPPED in reason for reason in reasons) else ""


def _begun_ns(one: Decision | EpisodeEvent) -> int:
    return one.arrived_ns if isinstance(one, Decision) else one.started_ns
