"""Open the journal's database: SQLite in a file, or PostgreSQL by URL; only one that is ours, and of this version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa
from signage_common.errors import ConfigurationError, shown, without_passwords
from signage_common.files import open_file
from signage_common.home import expand_user, state_folder
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from signage_journal.errors import JournalError, UnusableError
from signage_journal.schema import VERSION, VERSION_TABLE, chains

if TYPE_CHECKING:
    from alembic.config import Config

PATIENCE_S = 5
"""How long a lock that others hold, or a server that does not answer, is waited for."""
_MAGIC = b"SQLite format 3\0"
_OUR_LOCK = 0x5349_474E
"""Number of the lock that keeps two programs from migrating one PostgreSQL database at once."""
_MIGRATIONS = Path(__file__).parent / "migrations"
_EXPECTED = "expected a file, sqlite:///FILE or postgresql://USER@HOST/DATABASE"
_SERVER = {"connect_timeout": PATIENCE_S, "tcp_user_timeout": 1000 * PATIENCE_S, "application_name": "signage journal"}
_SERVER_SETTINGS = f"-c synchronous_commit=on -c lock_timeout={PATIENCE_S}s -c statement_timeout=60s"


@dataclass(frozen=True)
class Address:
    """Where a journal is: a file or a server's URL.

    Attributes:
        path: the file; None where it is a server.
        url: the server; None where it is a file.
    """

    path: Path | None = None
    url: URL | None = None

    def __str__(self) -> str:
        return str(self.path) if self.path is not None else without_passwords(str(self.url))


def default_path() -> Path:
    """Return where the journal is kept when nobody says otherwise."""
    return state_folder() / "journal.db"


def parse_address(text: str) -> Address:
    """Read where a journal is; an empty text stands for the usual file.

    Raises:
        ConfigurationError: it is neither a file nor the URL of a database that serves.
    """
    if "://" not in text:
        return Address(path=expand_user(text).absolute() if text else default_path())
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"{_EXPECTED}, got {shown(text)}") from None
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return Address(path=Path(url.database).absolute())
    if backend not in ("postgresql", "postgres"):
        raise ConfigurationError(f"{_EXPECTED}, got {shown(text)}")
    return Address(url=url.set(drivername="postgresql+psycopg"))


def open_for_writing(address: Address) -> Engine:
    """Open a journal, or begin one where there is none; tables of an older version are brought up to date.

    Its transactions begin with the right to write.

    Raises:
        UnusableError: it is not ours, newer, damaged, locked or read-only; nothing in it was changed.
        JournalError: a server does not answer.
    """
    if address.path is not None:
        _begin_file(address.path)
        _check_tables(address)  # before anything is set that would change a file of somebody else
    engine = _engine(address, is_read_only=False)
    with _told(address, engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_OUR_LOCK)))
        if _is_behind(connection, address):
            _migrate(connection)
        connection.execute(sa.select(chains).limit(1)).all()
    return engine


def open_for_reading(address: Address) -> Engine:
    """Open a journal that is there, without changing anything in it.

    Raises:
        UnusableError: there is none, or it is not ours, of another version or damaged.
        JournalError: a server does not answer.
    """
    if address.path is not None and not address.path.exists():
        raise UnusableError(f"{address}: no journal there")
    engine = _engine(address, is_read_only=True)
    with _told(address, engine), engine.begin() as connection:
        if _is_behind(connection, address):
            raise UnusableError(f"{address}: expected tables of this version; the node journal brings them up to date")
        connection.execute(sa.select(chains).limit(1)).all()
    return engine


def check(address: Address) -> None:
    """Check a file before the start; a server may still be starting itself.

    Raises:
        UnusableError: it is somebody else's, newer or damaged, or has no folder; a file that is not there yet is none
            of it.
    """
    if address.path is None:
        return
    if address.path.exists():
        _check_tables(address)
    elif not address.path.parent.is_dir() and address.path.parent != default_path().parent:
        raise UnusableError(f"{address}: its folder does not exist")


def _check_tables(address: Address) -> None:
    engine = _engine(address, is_read_only=True)
    with _told(address, engine), engine.begin() as connection:
        _is_behind(connection, address)
    engine.dispose()


@contextmanager
def _told(address: Address, engine: Engine) -> Iterator[None]:
    """Tell in one line why a database can't be opened, and close it."""
    try:
        yield
    except BaseException as error:
        engine.dispose()
        if not isinstance(error, SQLAlchemyError):
            raise
        kind = UnusableError if address.path is not None or _is_refused(error) else JournalError
        raise kind(f"{address}: {reason_of(error)}") from None


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Tell in one line what goes wrong with a database that is open.

    Raises:
        JournalError: something did.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise JournalError(f"{address}: {reason_of(error)}") from None


def reason_of(error: BaseException) -> str:
    """Return in one line, without passwords, what a database said."""
    origin = getattr(error, "orig", None) or error
    text = without_passwords(next(iter(str(origin).splitlines()), type(origin).__name__))
    if "locked" in text:
        return f"{text}: another program has been writing to it for {PATIENCE_S} s"
    if "malformed" in text or "not a database" in text:
        return f"{text}; it was left as it is: move it away and start again, or put a copy of it back"
    if "unable to open" in text or "disk I/O" in text:
        return f"{text}: its folder must have space, and be writable, for what SQLite keeps beside it; or read a copy"
    return text


def _is_refused(error: SQLAlchemyError) -> bool:
    """Return whether a server is there and does not want us, which waiting would not change."""
    text = str(error)
    return (
        "authentication failed" in text or "does not exist" in text or "permission denied" in text or "invalid " in text
    )


def _begin_file(path: Path) -> None:
    """Make an empty file where there is none, for nobody else to read.

    Raises:
        UnusableError: there is something else in its place, or no folder, or it may not be made.
    """
    try:
        if path.parent == default_path().parent:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror}") from None


def _check_file(path: Path) -> None:
    try:
        with open_file(path) as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror}") from None
    if head not in (b"", _MAGIC):
        raise UnusableError(f"{path}: expected a journal, found a file of another kind; it was left as it is")


def _engine(address: Address, is_read_only: bool) -> Engine:
    if address.path is None:
        assert address.url is not None  # one of the two
        return _server_engine(address.url, is_read_only)
    _check_file(address.path)
    mode = "ro" if is_read_only else "rw"
    name = f"file:{quote(str(address.path))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(name, PATIENCE_S, uri=True, isolation_level=None, check_same_thread=False)

    pool = NullPool if is_read_only else QueuePool
    engine = sa.create_engine("sqlite://", creator=connect, hide_parameters=True, poolclass=pool)
    _set_up_sqlite(engine, is_read_only)
    return engine


def _server_engine(url: URL, is_read_only: bool) -> Engine:
    settings = f"{_SERVER_SETTINGS} -c default_transaction_read_only={'on' if is_read_only else 'off'}"
    return sa.create_engine(
        url,
        connect_args={**_SERVER, "options": settings},
        isolation_level="REPEATABLE READ" if is_read_only else "READ COMMITTED",  # whoever reads sees one state
        pool_pre_ping=True,
        pool_size=1,
        hide_parameters=True,
    )


def _set_up_sqlite(engine: Engine, is_read_only: bool) -> None:
    """Have transactions begin when they are said to; what is acknowledged is then on the disk."""

    def connected(connection: sqlite3.Connection, _: object) -> None:
        if is_read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what was pruned is not left in free pages

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begun)


def _is_behind(connection: Connection, address: Address) -> bool:
    """Return whether the tables are older than this program, or not there yet.

    Raises:
        UnusableError: they are somebody else's, or newer.
    """
    tables = set(sa.inspect(connection).get_table_names())
    version = sa.column("version_num", sa.Text)
    asked = sa.select(version).select_from(sa.table(VERSION_TABLE, version))
    versions = connection.execute(asked).scalars().all() if VERSION_TABLE in tables else []
    if not versions:
        if others := sorted(tables - {VERSION_TABLE}):
            names = ", ".join(others[:3])
            raise UnusableError(f"{address}: expected a journal or an empty database, found the tables {names}")
        return True
    if versions != [VERSION] and versions[0] not in _older_versions():
        raise UnusableError(f"{address}: version {versions[0]} of the tables, expected at most {VERSION}: update first")
    return versions != [VERSION]


def _older_versions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_scripts()).walk_revisions()}


def _migrate(connection: Connection) -> None:
    from alembic import command

    config = _scripts()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _scripts() -> Config:
    from alembic.config import Config  # a quarter of a second, which nobody needs whose tables are right

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
