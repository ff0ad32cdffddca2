"""A report: the figures of a period by some dimensions, with what would tell of few people withheld."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from signage_common.errors import ConfigurationError, shown
from sqlalchemy import Connection

from signage_report.figures import OF_WATCHERS, Figures, Tally, figures_of
from signage_report.overlap import PARENTS, Overlap, parents_of, reached_by, totals_of
from signage_report.period import Period
from signage_report.queries import (
    DIMENSIONS,
    Key,
    added,
    count_latencies,
    count_people,
    count_plays,
    count_reached,
    counts_once,
    regrouped,
)
from signage_report.suppression import withheld

_OF_PEOPLE = "segment"
"""The dimension that is about people: within it even the number of plays tells how many came."""
_FIGURES = tuple(field.name for field in dataclasses.fields(Figures))
Classes = tuple[int | None, ...]
Count = Callable[[Connection, Period, Sequence[str]], dict[Key, Tally]]


@dataclass(frozen=True)
class Row:
    """One row of a report.

    Attributes:
        key: its group: one value for each dimension.
        figures: None for what is withheld.
        hidden: names of the figures that are withheld; others are None where there is nothing to tell.
    """

    key: Key
    figures: Figures
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Report:
    """The figures of a period.

    Attributes:
        period: from when to when.
        by: the dimensions.
        rows: in the order of their keys.
        total: of everything, each episode once.
        suppressed: how many rows have figures that are withheld.
        dwell: watchers by class of the time that they were in sight; None for what is withheld.
        attention: watchers by class of the time that they looked; None for what is withheld.
    """

    period: Period
    by: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    suppressed: int
    dwell: Classes
    attention: Classes


def read_dimensions(text: str) -> tuple[str, ...]:
    """Read what a report is to be by, such as ``campaign,hour``; an empty text asks for the total alone.

    Raises:
        ConfigurationError: one of them is unknown, or named twice.
    """
    names = tuple(name.strip() for name in text.split(",")) if text.strip() else ()
    for place, name in enumerate(names):
        if name not in DIMENSIONS:
            raise ConfigurationError(f"--by {shown(name)}: expected some of {','.join(DIMENSIONS)}")
        if name in names[:place]:
            raise ConfigurationError(f"--by {shown(text)}: {name} is named twice")
    return names


def read_reports(connections: Sequence[Connection], period: Period, bys: Sequence[Sequence[str]]) -> list[Report]:
    """Return reports of one period from the journal.

    Args:
        connections: that see the same state; so many questions are asked at once.
        period: from when to when.
        bys: the dimensions of each report.

    Raises:
        ValueError: the journal holds what none of ours wrote.
        SQLAlchemyError: it can't be read to its end.
    """
    inquiry = _Inquiry(period, bys)
    inquiry.ask(connections)
    return [inquiry.report(tuple(by)) for by in bys]


class _Inquiry:
    """What reports of one period need to be told; what several of them need is asked for once."""

    def __init__(self, period: Period, bys: Sequence[Sequence[str]]) -> None:
        self._period = period
        self._of_visits = _all_of(by for by in bys if counts_once(by))
        self._of_showings = _all_of(by for by in bys if len(by) == 1 and not counts_once(by))
        self._answers: dict[tuple[Count, tuple[str, ...]], dict[Key, Tally]] = {}
        self._latencies: dict[tuple[str, ...], dict[Key, Tally]] = {}
        self._showings: dict[tuple[str, ...], dict[Key, Tally]] = {}  # plays with their latencies
        wide = dict.fromkeys(self._showings_by(by) for by in bys)
        overlapping = [by for by in bys if not counts_once(by)]
        of_totals = (total for by in overlapping for total in totals_of(by))
        of_people = dict.fromkeys([*map(self._people_by, bys), *of_totals])
        of_reached = dict.fromkeys(map(reached_by, overlapping))
        self._jobs: deque[Callable[[Connection], None]] = deque()  # what takes longest first
        self._jobs.append(partial(self._count_latencies, list(wide)))
        for count, sets in ((count_plays, wide), (count_people, of_people), (count_reached, of_reached)):
            self._jobs.extend(partial(self._count, count, each) for each in sets)

    def ask(self, connections: Sequence[Connection]) -> None:
        """Ask the database for everything, each connection in a thread of its own: it counts while others count."""
        with ThreadPoolExecutor(len(connections)) as pool:
            try:
                list(pool.map(self._ask_all, connections))
            finally:
                self._jobs.clear()  # where one of them failed, or everything is stopped
        for wide, latencies in self._latencies.items():
            self._showings[wide] = added(self._answers[count_plays, wide], latencies)

    def _ask_all(self, connection: Connection) -> None:
        while True:
            try:
                job = self._jobs.popleft()
            except IndexError:  # another thread has the last one
                return
            job(connection)

    def _count(self, count: Count, dimensions: tuple[str, ...], connection: Connection) -> None:
        self._answers[count, dimensions] = count(connection, self._period, dimensions)

    def _count_latencies(self, several: Sequence[tuple[str, ...]], connection: Connection) -> None:
        """Count them for several reports at once, since the rows of one would be nearly as many."""
        results = count_latencies(connection, self._period, several)
        self._latencies.update(zip(several, results, strict=True))

    def _showings_by(self, by: Sequence[str]) -> tuple[str, ...]:
        """Return by which dimensions plays and latencies are counted for a report."""
        wide = by
        if counts_once(by):
            wide = self._of_visits
        elif set(by) <= set(self._of_showings):
            wide = self._of_showings
        return _all_of([wide, [PARENTS[name] for name in wide if name in PARENTS]])

    def _people_by(self, by: Sequence[str]) -> tuple[str, ...]:
        """Return by which dimensions people are counted for a report."""
        return self._of_visits if counts_once(by) else tuple(by)

    def report(self, by: tuple[str, ...]) -> Report:
        """Return the report by some dimensions."""
        wide, of_people = self._showings_by(by), self._people_by(by)
        showings = self._showings[wide]
        people = self._answers[count_people, of_people]
        tallies = added(regrouped(showings, wide, by), regrouped(people, of_people, by))
        total = regrouped(tallies, by, ()).get((), Tally())
        overlap = None
        if not counts_once(by):
            overlap = self._overlap(by, tallies)
            total.take_people(regrouped(overlap.totals[reached_by(by)], reached_by(by), ()).get((), Tally()))
        return make_report(self._period, by, tallies, total, _parents_of(showings, wide, by), overlap)

    def _overlap(self, by: tuple[str, ...], tallies: Mapping[Key, Tally]) -> Overlap:
        totals = {total: self._answers[count_people, total] for total in totals_of(by)}
        return Overlap(by, tallies, totals, self._answers[count_reached, reached_by(by)])


def _all_of(bys: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for by in bys for name in by))


def _parents_of(keys: Iterable[Key], dimensions: Sequence[str], by: Sequence[str]) -> dict[str, dict[Any, set[Any]]]:
    """Return for the dimensions of a report what each of their values belongs to, unless the report is by that too."""
    missing = {name: PARENTS[name] for name in by if PARENTS.get(name) in parents_of(by)}
    found: dict[str, dict[Any, set[Any]]] = {name: {} for name in missing}
    for key in keys:
        for name, parent in missing.items():
            found[name].setdefault(key[dimensions.index(name)], set()).add(key[dimensions.index(parent)])
    return found


def make_report(
    period: Period,
    by: Sequence[str],
    tallies: Mapping[Key, Tally],
    total: Tally,
    parents: Mapping[str, Mapping[Any, Iterable[Any]]] | None = None,
    overlap: Overlap | None = None,
) -> Report:
    """Return a report of what was counted.

    Args:
        period: from when to when.
        by: the dimensions.
        tallies: what was counted, by key.
        total: what was counted in all, each episode once.
        parents: for some dimensions, what each of their values belongs to.
        overlap: of groups that somebody may be in several of, what their totals tell.
    """
    more = [(by.index(name), values) for name, values in (parents or {}).items()]
    place = {key: (*key, *(frozenset(values.get(key[at], ())) for at, values in more)) for key in tallies}
    few_watch = _withheld(tallies, place, lambda tally: tally.watchers, overlap)
    few_pass = _withheld(tallies, place, lambda tally: tally.in_sight, overlap)
    rows = tuple(
        _row(key, tally, total.shown_ns, key in few_watch, key in few_pass, _OF_PEOPLE in by)
        for key, tally in sorted(tallies.items(), key=lambda item: _order(item[0]))
    )
    of_all = [bool(withheld({(): people})) for people in (total.watchers, total.in_sight)]
    return Report(
        period=period,
        by=tuple(by),
        rows=rows,
        total=_row((), total, total.shown_ns, of_all[0], of_all[1], False),
        suppressed=sum(bool(row.hidden) for row in rows),
        dwell=_told_classes(total.dwell),
        attention=_told_classes(total.attention),
    )


def _withheld(
    tallies: Mapping[Key, Tally], place: Mapping[Key, Key], people: Callable[[Tally], int], overlap: Overlap | None
) -> set[Key]:
    counts = {place[key]: people(tally) for key, tally in tallies.items()}
    if overlap is None:
        hidden = withheld(counts)
    else:  # also without those in no group: what all screens showed may tell how many they are, so they hide nobody
        few = overlap.few(place.values(), people)
        hidden = withheld(counts, few) | withheld(counts | overlap.nowhere(counts, people), few)
    return {key for key in tallies if place[key] in hidden}


def _row(key: Key, tally: Tally, all_shown_ns: int, few_watch: bool, few_pass: bool, is_of_people: bool) -> Row:
    figures = figures_of(tally, all_shown_ns)
    hidden = {*(OF_WATCHERS if few_watch else ()), *(("in_sight",) if few_pass else ())}
    if hidden and is_of_people:
        hidden = set(_FIGURES)
    return Row(key, replace(figures, **dict.fromkeys(hidden)), frozenset(hidden))


def _order(key: Key) -> list[tuple[bool, Any]]:
    """Return what rows are sorted by; what answers nobody comes last."""
    return [(value == "", value) for value in key]


def _told_classes(counts: Sequence[int]) -> Classes:
    """Return watchers by class, without the classes that would tell of few."""
    hidden = withheld({(place,): people for place, people in enumerate(counts)})
    return tuple(None if (place,) in hidden else people for place, people in enumerate(counts))
