"""Transactions that read side by side see one state, whatever is written meanwhile."""

import itertools
import threading

import pytest
import sqlalchemy as sa
from signage_journal import store
from signage_journal.reading import reading_at_once
from signage_journal.schema import plays
from signage_journal.testing import START_NS, play


@pytest.fixture
def busy_journal(address, engine):
    """A journal to which somebody writes without a pause."""
    stop = threading.Event()

    def write():
        for number in itertools.count():
            if stop.is_set():
                return
            with engine.begin() as connection:
                store.keep(connection, [play(play_id=f"p{number}")], START_NS)

    thread = threading.Thread(target=write)
    thread.start()
    yield address
    stop.set()
    thread.join()


def count(connection):
    return connection.scalar(sa.select(sa.func.count()).select_from(plays))


def test_all_see_the_same_from_the_first_to_the_last(busy_journal):
    seen = []
    for _ in range(20):
        with reading_at_once(busy_journal, 3) as connections:
            counts = [count(connection) for connection in connections]
            seen.append(counts[0])
            assert len(set(counts)) == 1
            assert [count(connection) for connection in reversed(connections)] == counts
    assert seen == sorted(seen) and seen[0] < seen[-1]
