"""What a page has kept is compared with a real journal."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from signage_bench.kept_reports import JournalContent, Report, compare, missing, read_journal, report_of
from signage_journal import store
from signage_journal.database import Address, open_for_writing
from signage_journal.records import play_record
from signage_journal.schema import plays

NS = 1_795_334_399_000_000_000
START = Report("p1", "started", NS, "lobby", "trainers", "spring", "e1")
END = replace(START, event="completed", stamp_ns=NS + 8)
NEXT = replace(START, play_id="p2", stamp_ns=NS + 9)


def content(*reports, **plays_by_id):
    rows = {"p1": (NS, NS + 8, "completed"), "p2": (NS + 9, None, "started")}
    seen = {report.play_id for report in reports}
    return JournalContent(list(reports), {name: row for name, row in rows.items() if name in seen} | plays_by_id)


def test_a_report_as_the_page_keeps_it():
    message = {"play_id": "p1", "event": 2, "stamp": {"sec": 1_795_334_399, "nanosec": 8}, "screen": "lobby"}
    assert report_of({**message, "creative": "trainers", "campaign": "spring", "episode": "e1"}) == END
    assert report_of({**message, "creative": "trainers", "episode": ""}).campaign == ""


def test_all_is_there_once():
    assert not compare([START, END], content(START, END, NEXT)).any


def test_what_is_kept_and_not_recorded_is_lost():
    assert compare([START, END, NEXT], content(START, END)).lost == ["p2 started"]
    assert missing([START, END, NEXT], [START]) == [END, NEXT]


@pytest.mark.parametrize("changed", [{"stamp_ns": NS + 1}, {"campaign": ""}, {"creative": "other"}, {"episode": ""}])
def test_what_is_recorded_with_something_else_in_it_is_changed(changed):
    journal = content(replace(START, **changed), END)
    assert compare([START, END], journal).changed == ["p1 started"]


def test_an_end_of_another_kind_is_changed():
    journal = content(START, replace(END, event="interrupted"), p1=(NS, NS + 8, "interrupted"))
    assert compare([START, END], journal).changed == ["p1 completed"]


def test_the_same_twice_is_doubled():
    assert compare([START], content(START, START, END)).doubled == ["p1 started", "p1 started"]


def test_the_same_moment_under_another_id_is_doubled():
    again = replace(START, play_id="p3")
    journal = content(START, END, again, p3=(NS, None, "started"))
    assert compare([START, END], journal).doubled == ["p1 started", "p3 started"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ({"p1": (NS, None, "started")}, ["p1"]),
        ({"p1": (None, NS + 8, "completed")}, ["p1"]),
        ({"p9": (NS, None, "started")}, ["p9"]),
    ],
)
def test_plays_that_do_not_follow_from_reports_are_told(rows, wrong):
    assert compare([START, END], content(START, END, **rows)).plays == wrong


def test_a_play_without_its_start_is_right():
    assert not compare([END], content(END, p1=(None, NS + 8, "completed"))).any


@pytest.fixture
def journal(tmp_path):
    """A real journal with a play that has ended and one that goes on."""
    path = tmp_path / "journal.db"
    engine = open_for_writing(Address(path=path))
    names = ("play_id", "screen", "creative", "campaign", "episode")
    records = [
        play_record(
            {"device": "deeplens1", **{name: getattr(report, name) for name in names}},
            report.event,
            report.stamp_ns,
            "",
        )
        for report in (START, END, NEXT)
    ]
    with engine.begin() as connection:
        assert not any(store.keep(connection, records, NS).refused)
    yield path, engine
    engine.dispose()


def test_a_journal_is_read(journal):
    path, _ = journal
    read = read_journal(path, with_proof=True)
    assert read.reports == [START, END, NEXT] and read.problem == ""
    assert not compare([START, END, NEXT], read).any


def test_a_journal_that_was_tampered_with_is_told(journal):
    path, engine = journal
    with engine.begin() as connection:
        connection.execute(sa.delete(plays).where(plays.c.play_id == "p2"))
    read = read_journal(path, with_proof=True)
    assert "p2" in read.problem and compare([START, END, NEXT], read).plays == ["p2"]
