"""Write the tables of a journal as CSV or as JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from signage_journal.schema import decisions, episodes, plays, records

TABLES: Mapping[str, sa.Table] = {table.name: table for table in (episodes, decisions, plays, records)}
FORMATS = ("csv", "jsonl")
_AT_ONCE = 1_000


def export(connection: Connection, name: str, file_format: str, out: TextIO, on_progress: Callable[[int], None]) -> int:
    """Write one table, in the order of its key; return the number of its rows.

    Args:
        connection: of a transaction in which the journal stays as it is.
        name: one of ``TABLES``.
        file_format: one of ``FORMATS``.
        out: what is written to, as UTF-8 and without translation of the ends of lines.
        on_progress: is told how many rows were written.
    """
    table = TABLES[name]
    wanted = sa.select(table).order_by(*table.primary_key)
    rows = connection.execute(wanted, execution_options={"yield_per": _AT_ONCE})
    write = _csv_writer(table, out) if file_format == "csv" else _json_writer(out)
    count = 0
    for some in rows.mappings().partitions():
        write(_plain(row) for row in some)
        count += len(some)
        on_progress(count)
    return count


def _plain(row: sa.RowMapping) -> dict[str, Any]:
    """Return a row with bytes in hexadecimal digits."""
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}


def _csv_writer(table: sa.Table, out: TextIO) -> Callable[[Iterable[dict[str, Any]]], None]:
    writer = csv.DictWriter(out, [column.name for column in table.columns])
    writer.writeheader()
    return writer.writerows


def _json_writer(out: TextIO) -> Callable[[Iterable[dict[str, Any]]], None]:
    def write(rows: Iterable[dict[str, Any]]) -> None:
        out.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)

    return write
