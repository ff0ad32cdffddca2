"""Prove that a journal is whole: the chains of its records, and that the tables follow from them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from signage_journal.errors import BrokenChainError
from signage_journal.records import FIRST_DIGEST, Kind, Record, digest_of, play_keys, play_row
from signage_journal.schema import chains, decisions, episodes, plays, records

_AT_ONCE = 400
_TABLES = {Kind.EPISODE: (episodes, "episode"), Kind.DECISION: (decisions, "decision"), Kind.PLAY: (plays, "play_id")}


@dataclass(frozen=True)
class WholeChain:
    """A chain that was found whole.

    Attributes:
        device: whose chain it is.
        first: number of its first record; greater than 1 once older ones were pruned.
        last: number of its last record; 0 if it has none.
        digest: what stands at its end. Whoever noted it down elsewhere can tell later that nothing before it changed.
    """

    device: str
    first: int
    last: int
    digest: bytes


def verify(
    connection: Connection, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> list[WholeChain]:
    """Check every record and every row that follows from one.

    Args:
        connection: of a transaction in which the journal stays as it is.
        on_progress: is told how many records were checked, and how many there are.

    Raises:
        BrokenChainError: a row was changed, removed, added or put elsewhere; the message names the first such one.
    """
    total = connection.execute(sa.select(sa.func.count()).select_from(records)).scalar_one()
    heads = connection.execute(sa.select(chains).order_by(chains.c.device)).all()
    _check_devices(connection, {head.device for head in heads})
    found = []
    done = 0
    for head in heads:
        walk = _Walk(connection, head.device)
        for some in walk.portions():
            _check_rows(connection, some)
            done += len(some)
            on_progress(done, total)
        found.append(walk.end(head.seq, head.digest))
    for kind, (table, name) in _TABLES.items():
        _check_nothing_added(connection, kind, table, name)
    return found


class _Walk:
    """Go along the chain of one device."""

    def __init__(self, connection: Connection, device: str) -> None:
        self._connection = connection
        self._device = device
        self._first = 0
        self._seq, self._digest = 0, FIRST_DIGEST

    def portions(self) -> Iterator[list[Record]]:
        """Give the records in portions, each checked.

        Raises:
            BrokenChainError: one is not as it was written.
        """
        wanted = sa.select(records).where(records.c.device == self._device).order_by(records.c.seq)
        rows = iter(self._connection.execute(wanted, execution_options={"yield_per": _AT_ONCE}))
        while some := list(itertools.islice(rows, _AT_ONCE)):
            if not self._first:
                self._begin(some[0].seq)
            yield [self._checked(row) for row in some]

    def end(self, seq: int, digest: bytes) -> WholeChain:
        """Return what was found.

        Raises:
            BrokenChainError: the last records are missing.
        """
        if (seq, digest) != (self._seq, self._digest):
            raise self._broken(self._seq + 1, f"missing; the chain should end with number {seq}")
        return WholeChain(self._device, self._first, seq, digest)

    def _begin(self, first: int) -> None:
        """Find the digest before the first record that is left: the last one that says what was pruned tells it."""
        self._first = first
        if first == 1:
            return
        wanted = sa.select(records.c.body).where(records.c.device == self._device, records.c.kind == Kind.PRUNED.value)
        body = self._connection.execute(wanted.order_by(records.c.seq.desc()).limit(1)).scalar()
        through, digest = _told_of_cut(body)
        if through != first - 1:
            raise self._broken(through + 1, f"missing; the first that is left is number {first}")
        self._seq, self._digest = first - 1, digest

    def _checked(self, row: sa.Row[Any]) -> Record:
        if row.seq != self._seq + 1:
            raise self._broken(self._seq + 1, "missing")
        types = (type(row.device), type(row.key), type(row.body), type(row.recorded_ns))
        is_ours = row.kind in {*Kind} and types == (str, str, str, int)
        record = Record(row.device, Kind(row.kind), row.key, row.body) if is_ours else None
        if record is None or digest_of(self._digest, record, row.seq, row.recorded_ns) != row.digest:
            raise self._broken(row.seq, f"changed, or not in its place: {row.key}")
        self._seq, self._digest = row.seq, row.digest
        return record

    def _broken(self, seq: int, how: str) -> BrokenChainError:
        return BrokenChainError(f"record {seq} of {self._device}: {how}")


def _told_of_cut(body: Any) -> tuple[int, bytes]:
    """Return up to which record a chain was cut, and the digest there; nothing where that is not told."""
    try:
        told = json.loads(body)
        return int(told["through"]), bytes.fromhex(told["digest"])
    except (ValueError, TypeError, LookupError):
        return 0, b""


def _check_devices(connection: Connection, known: set[str]) -> None:
    stray = set(connection.execute(sa.select(records.c.device).distinct()).scalars()) - known
    if stray:
        raise BrokenChainError(f"records of {min(stray)}: no chain of that device is known")


def _check_rows(connection: Connection, some: Sequence[Record]) -> None:
    """Check that the rows of the tables are what some records lead to.

    Raises:
        BrokenChainError: one is not, or a record holds what none of ours wrote, with a hash that fits.
    """
    try:
        _check_each_row(connection, some)
    except (ValueError, TypeError, LookupError) as error:
        first, last = some[0].key, some[-1].key
        raise BrokenChainError(f"records from {first} to {last}: one tells what can't be: {error!r}") from None


def _check_each_row(connection: Connection, some: Sequence[Record]) -> None:
    for kind, (table, name) in _TABLES.items():
        told = [record for record in some if record.kind is kind]
        bodies = {body[name]: body for record in told for body in [_body_of(record, name)]}
        if kind is Kind.PLAY:
            bodies = _whole_plays(connection, bodies)
        found = connection.execute(sa.select(table).where(table.c[name].in_(list(bodies)))).mappings()
        rows = {row[name]: dict(row) for row in found}
        for key, body in bodies.items():
            if rows.get(key) != body:
                how = "missing" if key not in rows else f"changed: {_difference(rows[key], body)}"
                raise BrokenChainError(f"row {key} of the table {table.name}: {how}")


def _body_of(record: Record, name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(record.body)
    keys = play_keys(body[name]) if record.kind is Kind.PLAY else (f"{record.kind.value}/{body[name]}",)
    if record.key not in keys:
        raise BrokenChainError(f"record {record.key}: tells of {body[name]}")
    return body


def _whole_plays(connection: Connection, bodies: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the rows of plays by all that is recorded of them."""
    keys = [key for play_id in bodies for key in play_keys(play_id)]
    told = connection.execute(sa.select(records.c.body).where(records.c.key.in_(keys)).order_by(records.c.seq))
    rows: dict[str, dict[str, Any]] = {}
    for event in map(json.loads, told.scalars()):
        rows[event["play_id"]] = play_row(event, rows.get(event["play_id"]))
    return rows


def _difference(row: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    name = next(name for name in expected if row[name] != expected[name])
    return f"{name} is {row[name]!r}, recorded was {expected[name]!r}"


def _check_nothing_added(connection: Connection, kind: Kind, table: sa.Table, name: str) -> None:
    """Check that every row of a table follows from a record.

    Raises:
        BrokenChainError: one does not.
    """
    ends = ("/started", "/ended") if kind is Kind.PLAY else ("",)
    recorded = [
        sa.exists().where(records.c.key == sa.literal(f"{kind.value}/") + table.c[name] + sa.literal(end))
        for end in ends
    ]
    added = connection.execute(sa.select(table.c[name]).where(~sa.or_(*recorded)).order_by(table.c[name]).limit(1))
    extra = added.scalar()
    if extra is not None:
        raise BrokenChainError(f"row {extra} of the table {table.name}: added; no record tells of it")
