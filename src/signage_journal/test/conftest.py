"""What the tests share: an empty journal of either kind, and a graph."""

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from signage_common.ros_testing import graph
from signage_journal.database import open_for_writing, parse_address
from signage_journal.testing import START_NS, postgres_server

__all__ = ["graph"]

sys.path.insert(0, str(Path(__file__).parent))  # for what tests share


@pytest.fixture(scope="session")
def postgres():
    with postgres_server() as server:
        yield server


@pytest.fixture
def emptied(postgres):
    """A server whose database is empty."""
    if postgres.program is None:
        postgres.start()
    engine = sa.create_engine(parse_address(postgres.url).url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """Where a journal may begin."""
    if request.param == "sqlite":
        return parse_address(str(tmp_path / "journal.db"))
    return parse_address(request.getfixturevalue("emptied").url)


@pytest.fixture
def engine(address):
    engine = open_for_writing(address)
    yield engine
    engine.dispose()


@pytest.fixture
def keep(engine):
    """Keep records in one transaction, at so many seconds after the start; return why some are refused."""
    from signage_journal import store

    def do(*records, at_s=0.0):
        with engine.begin() as connection:
            return store.keep(connection, records, START_NS + round(at_s * 1e9)).refused

    return do


@pytest.fixture
def rows(engine):
    """Return the rows of a table by its key."""
    from signage_journal.schema import metadata

    def read(name):
        table = metadata.tables[name]
        with engine.begin() as connection:
            found = connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
            return [dict(row) for row in found]

    return read
