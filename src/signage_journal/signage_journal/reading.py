"""Read a journal while its node writes to it: transactions that see one state of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from signage_journal.database import Address, open_for_reading, told
from signage_journal.schema import chains


@contextmanager
def reading(address: Address) -> Iterator[Connection]:
    """Give a transaction in which a journal can only be read, and stays as it is.

    Raises:
        JournalError: as for ``open_for_reading``, or something went wrong later.
    """
    with reading_at_once(address, 1) as (connection,):
        yield connection


@contextmanager
def reading_at_once(address: Address, count: int) -> Iterator[list[Connection]]:
    """Give several such transactions, for a thread each, which all see the same state of the journal.

    Raises:
        JournalError: as for ``open_for_reading``, or something went wrong later.
    """
    engine = open_for_reading(address)
    try:
        with told(address), ExitStack() as stack:
            connections = [stack.enter_context(engine.connect()) for _ in range(count)]
            if address.path is None and count > 1:
                _begin_at_once(connections)
            while address.path is not None and not _has_begun_at_once(connections):
                for connection in connections:
                    connection.rollback()
            yield connections
    finally:
        engine.dispose()


def _begin_at_once(connections: Sequence[Connection]) -> None:
    """Have a server show all what it shows the first."""
    first, *others = connections
    state = first.scalar(sa.func.pg_export_snapshot())
    for other in others:
        other.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{state}'")


def _has_begun_at_once(connections: Sequence[Connection]) -> bool:
    """Begin to read a file; return whether nobody changed it from the first connection's beginning to the last's."""
    _, *others = connections
    before = [_version(other) for other in others]
    for connection in connections:
        connection.execute(sa.select(chains).limit(1)).all()  # it sees this state from now on
    return before == [_version(other) for other in others]


def _version(connection: Connection) -> int:
    """Return a number that is another one when somebody else has changed the file; begins nothing."""
    file: Any = connection.connection.dbapi_connection
    return int(file.execute("PRAGMA data_version").fetchone()[0])
