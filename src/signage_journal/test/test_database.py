"""Which databases are opened, and that nothing is changed in one that is not."""

import os
import sqlite3
import stat
import sys
import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from signage_common.errors import ConfigurationError
from signage_common.process_testing import ProgramUnderTest
from signage_journal import store
from signage_journal.database import check, default_path, open_for_reading, open_for_writing, parse_address
from signage_journal.errors import JournalError, UnusableError
from signage_journal.schema import VERSION, VERSION_TABLE, metadata
from signage_journal.testing import START_NS, play


class TestAddresses:
    def test_nothing_is_the_usual_file(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
        monkeypatch.delenv("SIGNAGE_STATE")
        assert parse_address("").path == default_path() == tmp_path / "journal" / "journal.db"

    def test_a_file_may_be_written_either_way(self, tmp_path):
        assert parse_address(f"sqlite:///{tmp_path}/a b%.db").path == tmp_path / "a b%.db"
        assert parse_address(f"{tmp_path}/a b%.db").path == tmp_path / "a b%.db"

    def test_a_server_is_shown_without_its_password(self):
        address = parse_address("postgresql://signs:secret@db.example/signs")
        assert address.url.password == "secret" and "secret" not in str(address) and "db.example" in str(address)

    @pytest.mark.parametrize(
        "text", ["mysql://u:secret@h/d", "://", "sqlite://", "x://secret@", "postgresql://h:port/d"]
    )
    def test_what_is_neither_is_refused_without_its_password(self, text):
        with pytest.raises(ConfigurationError, match=r"^expected a file, sqlite:///FILE or postgresql://") as error:
            parse_address(text)
        assert "secret" not in str(error.value)


class TestOpening:
    def test_the_tables_are_those_of_the_schema(self, engine):
        with engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            assert compare_metadata(context, metadata) == []
            assert context.get_current_heads() == (VERSION,)

    def test_two_that_begin_the_same_journal_at_once_agree(self, address):
        engines, errors = [], []

        def begin():
            try:
                engines.append(open_for_writing(address))
            except JournalError as error:
                errors.append(error)

        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for engine in engines:
            engine.dispose()
        assert len(engines) == 4 and not errors

    def test_what_reads_can_not_write(self, address, engine):
        reading = open_for_reading(address)
        with reading.begin() as connection, pytest.raises(sa.exc.SQLAlchemyError):
            store.keep(connection, [play()], START_NS)
        reading.dispose()

    def test_the_file_is_for_nobody_else(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("SIGNAGE_STATE")
        umask = os.umask(0)
        try:
            engine = open_for_writing(parse_address(""))
            with engine.begin() as connection:
                store.keep(connection, [play()], START_NS)
            folder = tmp_path / "home" / "journal"
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
            engine.dispose()
        finally:
            os.umask(umask)
        assert modes.pop("journal") == 0o700
        assert set(modes.values()) == {0o600} and {"journal.db", "journal.db-wal"} <= set(modes)


@pytest.mark.fault
class TestRefusals:
    """One line, nothing overwritten."""

    def refused(self, address, match, kind=UnusableError):
        for opened in (open_for_writing, open_for_reading):
            with pytest.raises(kind, match=match) as error:
                opened(address)
            assert "\n" not in str(error.value)

    @pytest.mark.parametrize("wal", [False, True])
    def test_a_database_of_others(self, tmp_path, wal):
        path = tmp_path / "other.db"
        with sqlite3.connect(path) as other:
            other.executescript(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}; CREATE TABLE notes (text)")
        other.close()
        before = path.read_bytes()
        self.refused(parse_address(str(path)), "expected a journal or an empty database, found the tables notes")
        assert path.read_bytes() == before

    def test_a_server_with_tables_of_others(self, emptied):
        engine = sa.create_engine(parse_address(emptied.url).url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))
        engine.dispose()
        self.refused(
            parse_address(emptied.url), "expected a journal or an empty database, found the tables alembic_version"
        )

    def test_a_newer_one(self, address, engine):
        with engine.begin() as connection:
            connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
        self.refused(address, "version 9999 of the tables, expected at most 0001: update first")

    @pytest.mark.parametrize("content", [b"no database at all", b"\0" * 5000, b"SQLite format 3\0" + b"x" * 5000, b"S"])
    def test_a_file_that_is_none(self, tmp_path, content):
        path = tmp_path / "journal.db"
        path.write_bytes(content)
        self.refused(parse_address(str(path)), f"^{path}: .*left as it was|it was left as it is")
        assert path.read_bytes() == content

    def test_one_whose_first_pages_are_damaged(self, tmp_path):
        address = parse_address(str(tmp_path / "journal.db"))
        open_for_writing(address).dispose()
        content = bytearray(address.path.read_bytes())
        content[100:4000] = b"\xff" * 3900
        address.path.write_bytes(content)
        self.refused(address, "malformed.*move it away and start again, or put a copy of it back")
        assert address.path.read_bytes() == content

    @pytest.mark.parametrize("place", ["folder", "fifo", "nowhere/journal.db"])
    def test_what_is_no_file(self, tmp_path, place):
        path = tmp_path / place
        if place == "folder":
            path.mkdir()
        if place == "fifo":
            os.mkfifo(path)
        self.refused(parse_address(str(path)), f"^{path}: ")

    def test_one_that_another_program_writes_to(self, tmp_path, monkeypatch):
        """Whoever holds it may be a backup, or a program that hangs."""
        address = parse_address(str(tmp_path / "journal.db"))
        engine = open_for_writing(address)
        monkeypatch.setattr("signage_journal.database.PATIENCE_S", 0)
        with engine.begin(), pytest.raises(UnusableError, match="database is locked: another program has been writing"):
            open_for_writing(address)
        engine.dispose()

    def test_one_that_may_only_be_read(self, as_nobody, tmp_path):
        path = tmp_path / "journal.db"
        open_for_writing(parse_address(str(path))).dispose()
        path.chmod(0o444)
        tmp_path.chmod(0o755)
        line = as_nobody(path)
        assert "readonly database" in line or "unable to open database file" in line, line

    def test_one_without_a_folder_before_the_start(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("SIGNAGE_STATE")
        with pytest.raises(UnusableError, match="its folder does not exist"):
            check(parse_address(str(tmp_path / "none" / "journal.db")))
        check(parse_address(""))  # whose folder is made
        check(parse_address(str(tmp_path / "journal.db")))

    def test_a_server_that_is_not_there(self, tmp_path):
        self.refused(parse_address(f"postgresql://signs:secret@/d?host={tmp_path}"), "^(?!.*secret)", JournalError)

    def test_a_server_whose_address_says_what_no_server_has(self, tmp_path):
        self.refused(parse_address(f"postgresql://signs@/d?host={tmp_path}&sslmode=odd"), "invalid sslmode")
        self.refused(parse_address(f"postgresql://signs@/d?host={tmp_path}&colour=red"), "invalid connection option")

    def test_a_database_that_the_server_does_not_have(self, emptied):
        self.refused(parse_address(emptied.url.replace("/postgres?", "/other?")), 'database "other" does not exist')


@pytest.fixture
def as_nobody(tmp_path):
    """Open a journal as another user; return what is said."""
    from signage_common.process_testing import let_others_in

    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    let_others_in(tmp_path)
    code = (
        "import os, sys; from signage_journal.database import *; os.setgid(65534); os.setuid(65534)\n"
        "try: open_for_writing(parse_address(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )

    def run(path):
        with ProgramUnderTest([sys.executable, "-c", code, path]) as program:
            assert program.wait() == 0, program.errors
        (line,) = program.lines
        assert line.startswith("UnusableError"), line
        return line

    return run
