"""What the database counts for a report: plays, the people of episodes, and how quickly they were answered.

The database, SQLite or PostgreSQL, groups and adds up, so that what comes back is small; only of latencies, of which
hardly two are the same, each comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

import sqlalchemy as sa
from signage_common.demographics import UNKNOWN
from signage_journal.schema import decisions, episodes, plays
from sqlalchemy import ColumnElement, Connection

from signage_report.figures import OUTCOMES, Tally, read_histogram
from signage_report.period import SLOT_NS, Period, local_time

DIMENSIONS = ("creative", "campaign", "hour", "day", "segment", "device", "screen")
"""What a report can be by."""
_SHOWN = ("creative", "campaign", "screen")
"""Dimensions of what was shown where: an episode may be in several groups. Of the others it is in one."""
_NS_PER_MS = 1_000_000
_SLOT = "slot"

Key = tuple[Any, ...]

_play_ns = sa.func.coalesce(plays.c.started_ns, plays.c.ended_ns)
_end_alone_ns = sa.case((plays.c.started_ns.is_(None), plays.c.ended_ns))
_answers = sa.and_(plays.c.episode != "", plays.c.outcome != "failed")
_PARTS: Sequence[tuple[ColumnElement[bool], Mapping[str, Any]]] = (
    (plays.c.episode != "", {}),
    (plays.c.episode == "", {"segment": ""}),
)
"""Plays that answer somebody, and those that nobody needs to be looked up for, with what is known of them."""


def count_plays(connection: Connection, period: Period, dimensions: Sequence[str]) -> dict[Key, Tally]:
    """Return what was shown in a period by some dimensions.

    Args:
        connection: to a journal.
        period: from when to when.
        dimensions: names of ``DIMENSIONS``.
    """
    tallies = _Tallies(period, dimensions)
    is_play = plays.c.outcome != "failed"
    sums = [sa.func.sum(sa.case((plays.c.outcome == outcome, 1), else_=0)) for outcome in OUTCOMES]
    shown_ns = sa.func.sum(sa.case((is_play, plays.c.ended_ns - plays.c.started_ns), else_=0))
    for part, known in _PARTS if "segment" in tallies.names else [(sa.true(), {})]:
        names = [name for name in tallies.names if name not in known]
        keys = _keys(names, plays.c, _play_ns)
        query: sa.Select[Any] = sa.select(*keys, shown_ns, *sums).select_from(plays)
        query = _joined(query, names).where(_within(_play_ns, period), part)
        for row in _rows(connection, query.group_by(*keys) if keys else query):
            values = {**known, **dict(zip(names, row, strict=False))}
            tally = tallies.at([values[name] for name in tallies.names])
            ns, *counts = row[len(keys) :]
            tally.shown_ns += int(ns or 0)
            tally.outcomes.update({name: int(number or 0) for name, number in zip(OUTCOMES, counts, strict=True)})
    return tallies.by_key


def count_latencies(connection: Connection, period: Period, several: Sequence[Sequence[str]]) -> list[dict[Key, Tally]]:
    """Return how long it took from the image that caused a decision to its first painted frame.

    Args:
        connection: to a journal.
        period: from when to when, of the first painted frame on each screen.
        several: names of ``DIMENSIONS``, for one result each.
    """
    results = [_Tallies(period, dimensions) for dimensions in several]
    names = list(dict.fromkeys(name for tallies in results for name in tallies.names))
    told = (plays.c.episode, plays.c.creative, plays.c.campaign, plays.c.device, plays.c.screen)
    first = sa.select(*told, sa.func.min(plays.c.started_ns).label("started_ns")).where(
        _answers, plays.c.campaign != ""
    )
    answers = first.group_by(*told).subquery()
    keys = _keys(names, answers.c, answers.c.started_ns)
    latency_ms = (answers.c.started_ns - decisions.c.captured_ns) // _NS_PER_MS
    same = [decisions.c[name] == answers.c[name] for name in ("episode", "creative", "campaign", "device")]
    query: sa.Select[Any] = sa.select(latency_ms, *keys)
    query = query.select_from(answers.join(decisions, sa.and_(*same)))
    query = _joined(query, names, answers.c.episode)
    query = query.where(_within(answers.c.started_ns, period), answers.c.started_ns >= decisions.c.captured_ns)
    picks = [(_picker([1 + names.index(name) for name in tallies.names]), tallies) for tallies in results]
    for row in _rows(connection, query):
        for pick, tallies in picks:
            tallies.at(pick(row)).latency_ms[row[0]] += 1
    return [tallies.by_key for tallies in results]


def count_reached(connection: Connection, period: Period, dimensions: Sequence[str]) -> dict[Key, Tally]:
    """Return as ``count_people`` those to whom anything was shown, by dimensions for which ``counts_once`` holds."""
    told = sa.select(plays.c.play_id).where(plays.c.episode == episodes.c.episode, _answers)
    return _people(connection, period, dimensions, told.correlate(episodes).exists())


def count_people(connection: Connection, period: Period, dimensions: Sequence[str]) -> dict[Key, Tally]:
    """Return who came in a period: of each episode that began in it everybody, once in each group that it belongs to.

    Args:
        connection: to a journal.
        period: from when to when.
        dimensions: names of ``DIMENSIONS``.

    Raises:
        ValueError: the journal holds what none of ours wrote.
    """
    return _people(connection, period, dimensions, sa.true())


def _people(
    connection: Connection, period: Period, dimensions: Sequence[str], which: ColumnElement[bool]
) -> dict[Key, Tally]:
    tallies = _Tallies(period, dimensions)
    shown = [name for name in tallies.names if name in _SHOWN]
    c = episodes.c
    pairs = sa.select(plays.c.episode, *(plays.c[name] for name in shown)).where(_answers).distinct().subquery()
    of = {name: pairs.c[name] if name in shown else c[name] for name in (*shown, "device")}
    keys = _keys(tallies.names, {**of, "segment": c.estimation}, c.started_ns)
    sums = [sa.func.sum(column) for column in (c.watchers, c.in_sight, c.still_faces)]
    query: sa.Select[Any] = sa.select(*keys, c.dwell_histogram, c.attention_histogram, sa.func.count(), *sums)
    if shown:
        query = query.select_from(pairs.join(episodes, c.episode == pairs.c.episode))
    query = query.where(_within(c.started_ns, period), which)
    for row in _rows(connection, query.group_by(*keys, c.dwell_histogram, c.attention_histogram)):
        *values, dwell, attention, times, watchers, in_sight, still_faces = row
        tally = tallies.at(values)
        tally.add_people(int(watchers), int(in_sight), int(still_faces))
        tally.add_durations(read_histogram(dwell), read_histogram(attention), times)
    return tallies.by_key


def added(*parts: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """Return tallies added up by key."""
    groups: dict[Key, Tally] = {}
    for part in parts:
        for key, tally in part.items():
            groups.setdefault(key, Tally()).add(tally)
    return groups


def counts_once(dimensions: Iterable[str]) -> bool:
    """Return whether each episode is in one group only, so that groups can be added up."""
    return set(dimensions).isdisjoint(_SHOWN)


def regrouped(tallies: Mapping[Key, Tally], dimensions: Sequence[str], by: Sequence[str]) -> dict[Key, Tally]:
    """Return tallies added up over the dimensions that are not wanted; of people only where ``counts_once`` holds."""
    places = [dimensions.index(name) for name in by]
    groups: dict[Key, Tally] = {}
    for key, tally in tallies.items():
        groups.setdefault(tuple(key[place] for place in places), Tally()).add(tally)
    return groups


def kept_between(connection: Connection) -> tuple[int, int] | None:
    """Return the first and the last stamp of all plays and episodes; None if there are none."""
    stamps = [
        stamp
        for column in (episodes.c.started_ns, plays.c.started_ns, _end_alone_ns)
        for function in (sa.func.min, sa.func.max)
        if (stamp := connection.scalar(sa.select(function(column)))) is not None
    ]
    return (min(stamps), max(stamps)) if stamps else None


class _Tallies:
    """Tallies by key; what the database calls a slot of a quarter of an hour becomes local days and hours."""

    def __init__(self, period: Period, dimensions: Sequence[str]) -> None:
        self.by_key: dict[Key, Tally] = {}
        self._by_row: dict[Key, Tally] = {}
        self._zone = period.zone
        self._dimensions = tuple(dimensions)
        times = [name for name in dimensions if name in ("day", "hour")]
        self.names = [*([_SLOT] if times else []), *(name for name in dimensions if name not in times)]

    def at(self, values: Sequence[Any]) -> Tally:
        """Return the tally of a row whose first columns are those of ``names``."""
        row = tuple(values)
        if row not in self._by_row:
            self._by_row[row] = self._find(row)
        return self._by_row[row]

    def _find(self, values: Key) -> Tally:
        named = dict(zip(self.names, values, strict=False))
        if _SLOT in named:
            moment = local_time(named[_SLOT] * SLOT_NS, self._zone)
            named |= {"day": moment.date().isoformat(), "hour": moment.hour}
        key = tuple(named[name] for name in self._dimensions)
        return self.by_key.setdefault(key, Tally())


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Key]:
    """Return what takes the values at some places out of a row, quickly."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


def _keys(names: Sequence[str], columns: Any, stamp_ns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return the columns to group by."""
    return [_key(name, columns, stamp_ns) for name in names]


def _key(name: str, columns: Any, stamp_ns: ColumnElement[Any]) -> ColumnElement[Any]:
    if name == _SLOT:
        return stamp_ns // SLOT_NS
    if name == "segment" and "segment" not in columns:
        return _segment(columns["episode"])
    column: ColumnElement[Any] = columns[name]
    return column


def _segment(episode: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the estimation of the episode that a play answers; empty for what answers nobody."""
    return sa.case((episode == "", ""), else_=sa.func.coalesce(episodes.c.estimation, UNKNOWN))


def _joined(query: sa.Select[Any], names: Sequence[str], episode: Any = plays.c.episode) -> sa.Select[Any]:
    """Return a query with the episodes, where they are asked for."""
    return query.outerjoin(episodes, episodes.c.episode == episode) if "segment" in names else query


def _within(stamp_ns: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return sa.and_(stamp_ns >= period.start_ns, stamp_ns < period.end_ns)


def _rows(connection: Connection, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    with connection.execution_options(yield_per=10_000).execute(query) as result:
        yield from cast("Iterator[Sequence[Any]]", result)
