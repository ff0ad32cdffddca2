"""The thread that writes: batches, what one of them can't hold, retention, and its end."""

import time

import pytest
from signage_common.process_testing import wait_until
from signage_journal import store, writer
from signage_journal.database import open_for_writing, parse_address
from signage_journal.errors import JournalError
from signage_journal.testing import episode, play, whole_play
from signage_journal.writer import Backlog, Writer

DAY_NS = 86_400 * 10**9


@pytest.fixture
def made():
    """Make a writer; it is closed in the end."""
    writers = []

    def make(address, retention_days=0, **more):
        writers.append(Writer(address, retention_days, **more))
        return writers[-1]

    yield make
    for each in writers:
        each.close()


@pytest.fixture
def file(tmp_path):
    return parse_address(str(tmp_path / "journal.db"))


def test_each_job_gets_its_own_answer(address, made):
    journal = made(address)
    jobs = [journal.submit(records) for records in (whole_play(1), [play(1, detail="x")], [], [play(2), play(2)])]
    answers = [job.result(60) for job in jobs]
    assert [list(map(bool, answer)) for answer in answers] == [[False, False], [True], [], [False, False]]
    status = journal.status
    assert (status.added, status.known, status.refused, status.error) == (3, 1, 1, "")


@pytest.mark.fault
def test_a_record_that_the_database_does_not_take_fails_alone(emptied, made):
    """PostgreSQL takes no NUL; what comes with it in one transaction is kept all the same."""
    journal = made(parse_address(emptied.url))
    jobs = [journal.submit([record]) for record in (play(1), play(2, screen="a\0b"), play(3))]
    assert jobs[0].result(60) == jobs[2].result(60) == [""]
    assert isinstance(jobs[1].exception(60), JournalError)


@pytest.mark.fault
def test_what_is_too_much_is_turned_away(file, made, monkeypatch):
    monkeypatch.setattr(writer, "MOST_WAITING", 5)
    journal = made(file)
    assert isinstance(journal.submit([play(number) for number in range(6)]).exception(60), JournalError)
    assert journal.submit([play(number) for number in range(5)]).result(60) == [""] * 5


def test_at_the_end_all_that_waits_is_written(file, made):
    journal = made(file)
    jobs = [journal.submit([play(number)]) for number in range(300)]
    journal.close()
    assert all(job.result(0) == [""] for job in jobs)
    assert isinstance(journal.submit([play()]).exception(0), JournalError)


class TestRetention:
    def fill(self, file, ages_days, first=0):
        engine = open_for_writing(file)
        for number, age_days in enumerate(ages_days, first):
            with engine.begin() as connection:
                store.keep(connection, [episode(number)], time.time_ns() - age_days * DAY_NS)
        engine.dispose()

    def test_what_is_older_goes_by_itself(self, file, made):
        self.fill(file, (30, 20, 6, 1))
        journal = made(file, retention_days=10)
        wait_until(lambda: journal.status.pruned == 2, lambda: f"{journal.status}")
        assert journal.submit([episode(9)]).result(60) == [""]

    @pytest.mark.fault
    def test_a_clock_that_is_set_forward_makes_nothing_old(self, file, made, monkeypatch):
        monkeypatch.setattr(writer, "_PRUNE_EVERY_S", 0.01)
        self.fill(file, (30, 6, 1))
        offset_ns = 0
        journal = made(file, retention_days=10, now_ns=lambda: time.time_ns() + offset_ns)
        wait_until(lambda: journal.status.pruned == 1, lambda: f"{journal.status}")
        offset_ns = 4000 * DAY_NS
        for number in range(20):  # it looks for what is old between them
            assert journal.submit([episode(100 + number)]).result(60) == [""]
        assert journal.status.pruned == 1

    @pytest.mark.fault
    def test_a_clock_that_is_wrong_from_the_start_is_believed_when_it_has_gone_on_for_days(self, file, made):
        self.fill(file, (900, 895, 890))  # as they are by a clock that was set forward, or after years in a cupboard
        journal = made(file, retention_days=400)
        wait_until(lambda: journal.status.is_pruning_held, lambda: f"{journal.status}")
        assert journal.submit([episode(9)]).result(60) == [""] and journal.status.pruned == 0
        journal.close()
        self.fill(file, (8,), first=10)
        after = made(file, retention_days=400)
        wait_until(lambda: after.status.pruned == 3, lambda: f"{after.status}")


@pytest.mark.fault
class TestBacklog:
    def test_what_nobody_waits_for_is_written_when_that_is_possible_again(self, file, made):
        journal = made(file)
        backlog = Backlog(journal, 3)
        away = file.path.with_name("away.db")
        file.path.rename(away)
        for number in range(5):
            backlog.add(play(number))
            wait_until(lambda: journal.waiting == 0, "the attempt")
        assert journal.status.failures >= 1
        backlog.send()
        wait_until(lambda: not len(backlog), "an empty backlog")
        assert journal.status.added + backlog.dropped == 5
