"""./signage report: what it writes, and mistakes in one line."""

import datetime
import json
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from signage_cli.verbs import report
from signage_journal.database import open_for_writing, parse_address
from signage_report.seeded_journal import Scene, fill


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    engine = open_for_writing(parse_address(str(path)))
    with engine.begin() as connection:
        fill(connection, Scene(datetime.date(2026, 11, 20), days=1, episodes_per_hour=8.0))
    engine.dispose()
    return path


def run(*words, journal=None, capsys=None):
    """Return exit status, standard output and standard error."""
    given = [str(word) for word in (*words, *(("--journal", journal) if journal else ()))]
    try:
        status = report.main(given)
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out, said.err


def test_help_names_what_it_can_be_by(capsys):
    status, out, _ = run("--help", capsys=capsys)
    assert status == 0 and "creative, campaign, hour" in out and "--plot" in out


def test_it_prints_a_table(journal, capsys):
    status, out, error = run("--by", "campaign", journal=journal, capsys=capsys)
    assert (status, error) == (0, "")
    assert "everybody-coffee" in out and "total" in out


@pytest.mark.parametrize("name", ["csv", "json", "html", "openrtb"])
def test_it_writes_a_file(name, journal, tmp_path, capsys):
    path = tmp_path / "report"
    assert run("--format", name, "-o", path, journal=journal, capsys=capsys) == (0, "", "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith({"csv": "plays,", "json": "{", "html": "<!doctype html>", "openrtb": "["}[name])
    assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_it_draws_a_picture_beside_the_table(journal, tmp_path, capsys):
    status, out, _ = run("--plot", tmp_path / "a.png", journal=journal, capsys=capsys)
    assert status == 0 and "watchers" in out
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_it_finds_the_usual_journal(journal, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SIGNAGE_HOME", str(tmp_path))
    monkeypatch.delenv("SIGNAGE_STATE")
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "journal.db").symlink_to(journal)
    status, out, _ = run("--format", "json", capsys=capsys)
    assert status == 0 and json.loads(out)["rows"][0]["plays"] > 1000


def test_an_empty_period_is_no_mistake(journal, capsys):
    words = ("--from", "2020-01-01", "--to", "2020-02-01", "--by", "hour")
    status, out, error = run(*words, journal=journal, capsys=capsys)
    assert (status, error) == (0, "") and "There were no plays and nobody in this period." in out


@pytest.mark.fault
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--by", "hours"], "--by 'hours': expected some of creative,campaign,hour,day,segment,device,screen"),
        (["--by", "hour,hour"], "hour is named twice"),
        (["--from", "2026-11-21", "--to", "2026-11-20"], "expected an end after the start"),
        (["--from", "21.11.2026"], "expected a day such as 2026-11-27"),
        (["--from", "2026-11-21T08:30"], "parts of an hour would tell of single people"),
        (["--timezone", "Mars"], "expected a time zone such as Europe/Berlin"),
        (["--format", "pdf"], "invalid choice: 'pdf'"),
        (["--format", "openrtb", "--by", "hour"], "--format openrtb is always by screen,day,hour"),
        (["--plot", "report.jpg"], "expected a name that ends in .png"),
        (["-o", "/nowhere/report.csv"], "its folder does not exist"),
        (["-o", "/"], "this is a folder"),
        (["-o", "/dev/null"], "/dev/null: expected a file"),
        (["--screens", "/nowhere.yaml"], "/nowhere.yaml: No such file or directory"),
        (["--journal", "/nowhere.db"], "/nowhere.db: no journal there"),
        (["--journal", "/"], "/: Is a directory"),
        (["--journal", "mysql://x/y"], "expected a file, sqlite:///FILE or postgresql://"),
    ],
)
def test_a_mistake_is_one_line(words, expected, journal, capsys):
    given = {} if "--journal" in words else {"journal": journal}
    status, out, error = run(*words, **given, capsys=capsys)
    assert (status, out, error.count("\n")) == (2, "", 1), error
    assert error.startswith("error: ") and expected in error


@pytest.mark.fault
@pytest.mark.parametrize("option", ["-o", "--plot"])
def test_it_writes_over_nothing_that_it_reads(option, journal, tmp_path, capsys):
    here, screens = tmp_path / "journal.png", tmp_path / "screens.png"
    here.symlink_to(journal)
    screens.write_text("{}")
    for path in (here, screens):
        before = path.read_bytes()
        status, out, error = run(option, path, "--screens", screens, journal=journal, capsys=capsys)
        assert (status, out, error.count("\n")) == (2, "", 1) and "expected a file of its own" in error
        assert path.read_bytes() == before


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["text", "empty", "other tables", "no rows", "cut off"])
def test_what_is_no_journal_is_told_and_left_as_it_is(kind, journal, tmp_path, capsys):
    path = tmp_path / "journal.db"
    if kind == "text":
        path.write_text("no database")
    elif kind == "empty":
        path.touch()
    elif kind == "other tables":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE mine (x)")
        connection.close()
    elif kind == "no rows":
        open_for_writing(parse_address(str(path))).dispose()
    else:
        path.write_bytes(journal.read_bytes()[:300_000])
    before = path.read_bytes()
    status, out, error = run("--by", "campaign", journal=path, capsys=capsys)
    assert (status, out, error.count("\n")) == (2, "", 1), error
    assert error.startswith("error: ")
    assert path.read_bytes() == before


@pytest.mark.fault
def test_a_disk_that_is_full_leaves_no_half_report(journal, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("of yesterday")
    command = [sys.executable, "-m", "signage_cli.verbs.report", "--journal", journal, "--format", "html", "-o", path]
    limited = ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", *map(str, command)]
    done = subprocess.run(limited, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "File too large" in done.stderr
    assert (path.read_text(), [file.name for file in tmp_path.iterdir()]) == ("of yesterday", ["report.html"])


GUIDES = Path(__file__).parents[4] / "docs" / "guide"
COMMANDS = [
    line.partition("#")[0].removeprefix("./signage report")
    for page in ("report.md", "analysts.md", "figures.md")
    for line in (GUIDES / page).read_text().splitlines()
    if line.startswith("./signage report")
]


@pytest.mark.parametrize("words", COMMANDS, ids=str)
def test_the_guides_show_commands_that_are_understood(words, journal, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "screens.yaml").write_text("vendor: measures.example.com")
    status, _, error = run(*shlex.split(words), journal=journal, capsys=capsys)
    assert (status, error) == (0, "")
