"""Keep records: all of a batch in one transaction, each once, chained by hash; and let old ones go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from signage_journal.records import (
    FIRST_DIGEST,
    Kind,
    Record,
    differs_from,
    digest_of,
    play_keys,
    play_row,
    pruned_record,
)
from signage_journal.schema import chains, decisions, episodes, plays, records

PORTION = 5_000
"""How many records are let go in one transaction, so that what comes meanwhile waits only shortly."""
_IN_ONE_QUERY = 500
Item = TypeVar("Item")


@dataclass
class Answers:
    """What became of a batch.

    Attributes:
        refused: why it can't be kept, for each record; empty texts for what is kept.
        added: how many were new.
        known: how many were kept already.
    """

    refused: list[str]
    added: int = 0
    known: int = 0


@dataclass
class _Batch:
    """What a batch adds to the tables."""

    keys: dict[str, str]
    plays: dict[str, dict[str, Any]]
    known_plays: frozenset[str]
    new: list[Record] = field(default_factory=list)
    rows: dict[Kind, list[dict[str, Any]]] = field(default_factory=lambda: {Kind.EPISODE: [], Kind.DECISION: []})
    changed_plays: set[str] = field(default_factory=set)

    def add(self, record: Record) -> str:
        """Take in a record; return why it can't be kept, else an empty text."""
        known = self.keys.get(record.key)
        if known is not None:
            return "" if known == record.body else f"{record.key}: something else is kept of it already"
        body = json.loads(record.body)
        refused = self._add_play(body) if record.kind is Kind.PLAY else ""
        if refused:
            return refused
        if record.kind in self.rows:
            self.rows[record.kind].append(body)
        self.keys[record.key] = record.body
        self.new.append(record)
        return ""

    def _add_play(self, body: dict[str, Any]) -> str:
        play_id = body["play_id"]
        known = self.plays.get(play_id)
        wrong = differs_from(body, known) if known else ""
        if wrong:
            return f"play/{play_id}: its other event has another {wrong}"
        self.plays[play_id] = play_row(body, known)
        self.changed_plays.add(play_id)
        return ""


def keep(connection: Connection, batch: Sequence[Record], now_ns: int) -> Answers:
    """Keep what is new of a batch, within the transaction that is open.

    Args:
        connection: of a transaction that may write.
        batch: in the order in which it came.
        now_ns: the time of day, nanoseconds since the Unix epoch.
    """
    heads = _locked_heads(connection, sorted({record.device for record in batch}))
    work = _begin(connection, batch)
    answers = Answers([work.add(record) for record in batch])
    answers.added = len(work.new)
    answers.known = len(batch) - answers.added - sum(map(bool, answers.refused))
    if work.new:
        _append(connection, work.new, heads, now_ns)
        _insert(connection, episodes, work.rows[Kind.EPISODE])
        _insert(connection, decisions, work.rows[Kind.DECISION])
        _write_plays(connection, work)
    return answers


def prune(connection: Connection, before_ns: int, now_ns: int) -> int:
    """Let go of one portion of what was recorded before a time; return how many records that was.

    A chain is cut where its first younger record stands, whatever the clock did in between. What is cut off is
    recorded at its end, so that the rest is still whole.
    """
    for device in _devices(connection):
        heads = _locked_heads(connection, [device])
        old = _oldest(connection, device, before_ns, PORTION)
        if old:
            _forget(connection, [row.key for row in old])
            through = old[-1]
            cut = records.c.device == device, records.c.seq <= through.seq
            connection.execute(sa.delete(records).where(*cut))
            _append(connection, [pruned_record(device, through.seq, through.digest)], heads, now_ns)
            return len(old)
    return 0


def is_any_older(connection: Connection, before_ns: int) -> bool:
    """Return whether ``prune`` would let anything go."""
    return any(_oldest(connection, device, before_ns, most=1) for device in _devices(connection))


def was_recorded_between(connection: Connection, from_ns: int, to_ns: int) -> bool:
    """Return whether of any device the last record before a time is not older than another time."""
    for device in _devices(connection):
        older = sa.select(records.c.recorded_ns).where(records.c.device == device, records.c.recorded_ns < to_ns)
        newest = connection.scalar(older.order_by(records.c.seq.desc()).limit(1))
        if newest is not None and newest >= from_ns:
            return True
    return False


def _devices(connection: Connection) -> Sequence[str]:
    return connection.execute(sa.select(chains.c.device).order_by(chains.c.device)).scalars().all()


def _portions(items: Iterable[Item]) -> Iterator[list[Item]]:
    whole = list(items)
    return (whole[i : i + _IN_ONE_QUERY] for i in range(0, len(whole), _IN_ONE_QUERY))


def _locked_heads(connection: Connection, devices: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    """Return number and digest of the last record of each device, and hold them against other writers."""
    new = [{"device": device, "seq": 0, "digest": FIRST_DIGEST} for device in devices]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(chains).on_conflict_do_nothing(), new)
    wanted = sa.select(chains).where(chains.c.device.in_(devices)).order_by(chains.c.device).with_for_update()
    return {row.device: (row.seq, row.digest) for row in connection.execute(wanted)}


def _begin(connection: Connection, batch: Sequence[Record]) -> _Batch:
    """Look up what is known of the records and plays of a batch."""
    keys: dict[str, str] = {}
    for some in _portions({record.key for record in batch}):
        found = connection.execute(sa.select(records.c.key, records.c.body).where(records.c.key.in_(some)))
        keys.update((row.key, row.body) for row in found)
    known: dict[str, dict[str, Any]] = {}
    wanted = {json.loads(record.body)["play_id"] for record in batch if record.kind is Kind.PLAY}
    for some in _portions(wanted):
        rows = connection.execute(sa.select(plays).where(plays.c.play_id.in_(some))).mappings()
        known.update((row["play_id"], dict(row)) for row in rows)
    return _Batch(keys, known, frozenset(known))


def _append(connection: Connection, new: Sequence[Record], heads: dict[str, tuple[int, bytes]], now_ns: int) -> None:
    rows = []
    for record in new:
        seq, before = heads[record.device]
        seq += 1
        digest = digest_of(before, record, seq, now_ns)
        heads[record.device] = seq, digest
        row = {"device": record.device, "seq": seq, "kind": record.kind.value, "key": record.key, "body": record.body}
        rows.append({**row, "recorded_ns": now_ns, "digest": digest})
    connection.execute(sa.insert(records), rows)
    update = sa.update(chains).where(chains.c.device == sa.bindparam("of"))
    update = update.values(seq=sa.bindparam("to"), digest=sa.bindparam("by"))
    moved = [{"of": device, "to": heads[device][0], "by": heads[device][1]} for device in sorted(heads)]
    connection.execute(update, moved)


def _insert(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _write_plays(connection: Connection, work: _Batch) -> None:
    changed = [work.plays[play_id] for play_id in sorted(work.changed_plays)]
    _insert(connection, plays, [row for row in changed if row["play_id"] not in work.known_plays])
    ended = [{"of": row["play_id"], **row} for row in changed if row["play_id"] in work.known_plays]
    if ended:
        names = ("started_ns", "ended_ns", "outcome", "detail")
        update = sa.update(plays).where(plays.c.play_id == sa.bindparam("of"))
        connection.execute(update.values({name: sa.bindparam(name) for name in names}), ended)


def _oldest(connection: Connection, device: str, before_ns: int, most: int) -> list[Any]:
    """Return the records at the beginning of a chain that are older than a time, at most so many."""
    wanted = sa.select(records.c.seq, records.c.key, records.c.recorded_ns, records.c.digest)
    wanted = wanted.where(records.c.device == device).order_by(records.c.seq).limit(most)
    old = []
    for row in connection.execute(wanted):
        if row.recorded_ns >= before_ns:
            break
        old.append(row)
    return old


def _forget(connection: Connection, keys: Sequence[str]) -> None:
    """Take out of the tables what follows from records that go; of a play whose end is kept, its end stays."""
    gone = {kind: [key.partition("/")[2] for key in keys if key.startswith(f"{kind.value}/")] for kind in Kind}
    for table, column, kind in (
        (episodes, episodes.c.episode, Kind.EPISODE),
        (decisions, decisions.c.decision, Kind.DECISION),
    ):
        for some in _portions(gone[kind]):
            connection.execute(sa.delete(table).where(column.in_(some)))
    ids = {rest.rpartition("/")[0] for rest in gone[Kind.PLAY]}
    for wanted in _portions(ids):
        _forget_plays(connection, wanted, frozenset(keys))


def _forget_plays(connection: Connection, ids: Sequence[str], going: frozenset[str]) -> None:
    connection.execute(sa.delete(plays).where(plays.c.play_id.in_(ids)))
    other = [key for play_id in ids for key in play_keys(play_id) if key not in going]
    rest = connection.execute(sa.select(records.c.body).where(records.c.key.in_(other))).scalars()
    _insert(connection, plays, [play_row(json.loads(body)) for body in rest])
