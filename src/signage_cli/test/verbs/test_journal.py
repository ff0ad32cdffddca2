"""./signage journal: verify, export, prune."""

import csv
import json
import sqlite3
import time

import pytest
from signage_cli.verbs import journal
from signage_common.errors import ConfigurationError
from signage_journal import store
from signage_journal.database import open_for_writing, parse_address
from signage_journal.testing import decision, episode, whole_play

DAY_NS = 86_400 * 10**9


@pytest.fixture
def path(tmp_path):
    """A journal of three days, of which the first is a hundred days old."""
    path = tmp_path / "journal.db"
    engine = open_for_writing(parse_address(str(path)))
    for number, age_days in enumerate((100, 50, 0)):
        with engine.begin() as connection:
            batch = [*whole_play(number), episode(number), decision(number, reason='"봄", so\nit is')]
            store.keep(connection, batch, time.time_ns() - age_days * DAY_NS)
    engine.dispose()
    return path


def run(*words):
    return journal.main([str(word) for word in words])


class TestVerify:
    def test_a_whole_journal_is_status_0_and_its_end_is_told(self, path, capsys):
        assert run("verify", "--journal", path) == 0
        first, last = capsys.readouterr().out.splitlines()
        assert first.startswith("deeplens1: whole up to record 12; ") and len(first.split("; ")[1]) == 64
        assert last == "whole"

    def test_a_broken_one_is_status_1_and_the_place(self, path, capsys):
        with sqlite3.connect(path) as database:
            database.execute("UPDATE plays SET creative = 'other' WHERE play_id = 'play-1'")
        database.close()
        assert run("verify", "--journal", path) == 1
        line = "error: row play-1 of the table plays: changed: creative is 'other', recorded was 'trainers'\n"
        assert capsys.readouterr().err == line

    @pytest.mark.fault
    def test_a_damaged_file_is_one_line(self, path, capsys):
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
        assert run("verify", "--journal", path) in (1, 2)
        error = capsys.readouterr().err
        assert error.startswith(f"error: {path}: ") and error.count("\n") == 1


class TestExport:
    def test_every_table_becomes_a_file(self, path, tmp_path, capsys):
        out = tmp_path / "new" / "out"
        assert run("export", "--journal", path, "-o", out) == 0
        assert {file.name for file in out.iterdir()} == {
            f"{name}.csv" for name in ("episodes", "decisions", "plays", "records")
        }
        with (out / "decisions.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["episode"] for row in rows] == ["deeplens1-0", "deeplens1-1", "deeplens1-2"]
        assert rows[0]["reason"] == '"봄", so\nit is'
        assert {file.stat().st_mode & 0o777 for file in out.iterdir()} == {0o600}  # rows of single visits

    def test_one_table_goes_to_standard_output(self, path, capsys):
        assert run("export", "--journal", path, "--table", "records", "--format", "jsonl") == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [row["seq"] for row in rows] == list(range(1, 13)) and len(rows[0]["digest"]) == 64


class TestPrune:
    def test_what_is_older_goes_and_the_rest_is_whole(self, path, capsys):
        assert run("prune", "--journal", path, "--days", "60") == 0
        assert capsys.readouterr().out.startswith("4 records pruned, those recorded before ")
        assert run("verify", "--journal", path) == 0
        assert "deeplens1: whole up to record 13, those before 5 were pruned; " in capsys.readouterr().out

    def test_nothing_of_it_stays_in_the_file(self, path, capsys):
        assert b"play-0" in path.read_bytes()
        assert run("prune", "--journal", path, "--days", "60") == 0
        left = b"".join(file.read_bytes() for file in path.parent.glob("journal.db*"))
        assert b"play-0" not in left and b"deeplens1-0" not in left and b"play-1" in left


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["verify", "--journal", "{folder}/none.db"], "error: {folder}/none.db: no journal there\n"),
        (["prune", "--journal", "{folder}/none.db", "--days", "1"], "error: {folder}/none.db: no journal there\n"),
        (
            ["export", "--journal", "{folder}/notes.db", "-o", "{folder}/out"],
            "expected a journal, found a file of another",
        ),
        (["export", "--journal", "{folder}/notes.db", "-o", "{folder}/notes.db/out"], "expected a folder that can be"),
        (["verify", "--journal", "~no-such-user/signs.db"], "error: ~no-such-user/signs.db: no such home folder\n"),
        (["verify", "--journal", "oracle://u:secret@h/d"], "error: expected a file, sqlite:///FILE or postgresql://"),
    ],
)
def test_what_is_no_journal_is_one_line_and_status_2(tmp_path, capsys, words, line):
    (tmp_path / "notes.db").write_text("notes")
    assert run(*(word.format(folder=tmp_path) for word in words)) == 2
    error = capsys.readouterr().err
    assert line.format(folder=tmp_path) in error and error.count("\n") == 1 and "secret" not in error
    assert (tmp_path / "notes.db").read_text() == "notes" and not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "the following arguments are required: verify|export|prune"),
        (["keep"], "invalid choice: 'keep'"),
        (["prune", "--days", "0"], "expected a whole number from 1 to 36,500, got '0'"),
        (["prune", "--days", "99999999"], "expected a whole number from 1 to 36,500, got '99999999'"),
        (["prune", "--days", "9" * 5000], "expected a whole number from 1 to 36,500, got '999"),
        (["export", "--format", "xml"], "invalid choice: 'xml'"),
        (["export", "--table", "people"], "invalid choice: 'people'"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, line, capsys):
    with pytest.raises(SystemExit) as end:
        journal.main(words)
    error = capsys.readouterr().err
    assert (end.value.code, line in error, error.count("\n")) == (2, True, 1), error


@pytest.mark.parametrize(
    ("words", "line"), [(["prune"], "expected --days N"), (["export"], "expected -o DIR, or --table")]
)
def test_what_an_action_needs_is_told(words, line):
    with pytest.raises(journal.ConfigurationError, match=line):
        journal.main(words)


def test_help_says_what_there_is(capsys):
    with pytest.raises(SystemExit) as end:
        journal.main(["--help"])
    assert end.value.code == 0 and "verify   check the chain of hashes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["verify", "--days", "3"], "journal verify: --days goes with prune only"),
        (["verify", "-o", "out"], "journal verify: --out goes with export only"),
        (["prune", "--days", "3", "--table", "plays"], "journal prune: --table goes with export only"),
        (["export", "--table", "plays", "--days", "3"], "journal export: --days goes with prune only"),
        (["prune"], "journal prune: expected --days N"),
        (["export"], "journal export: expected -o DIR, or --table"),
    ],
)
def test_what_does_not_go_together_is_a_mistake(words, line):
    with pytest.raises(ConfigurationError, match=line):
        journal.parse(words)
