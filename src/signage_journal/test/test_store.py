"""What is kept, once, in both databases; and what is let go."""

import itertools
import threading

import pytest
from signage_journal import store
from signage_journal.database import open_for_writing
from signage_journal.testing import START_NS, decision, episode, play, whole_play
from signage_journal.verify import verify


def check(engine):
    with engine.begin() as connection:
        return verify(connection)


class TestWhatIsKept:
    def test_an_episode_a_decision_and_a_play_become_rows(self, keep, rows, engine):
        assert keep(episode(), decision(), *whole_play()) == [""] * 4
        (play_row,) = rows("plays")
        assert play_row["started_ns"] == START_NS + 10_000_000_000 and play_row["outcome"] == "completed"
        assert play_row["ended_ns"] - play_row["started_ns"] == 8_000_000_000
        (episode_row,), (decision_row,) = rows("episodes"), rows("decisions")
        assert (episode_row["watchers"], episode_row["dwell_s"]) == (2, 5.25)
        assert decision_row["decision"] == f"deeplens1/deeplens1-1/{decision_row['captured_ns']}/trainers"
        assert [(chain.device, chain.last) for chain in check(engine)] == [("deeplens1", 4)]

    def test_what_comes_twice_counts_once(self, keep, rows):
        batch = [episode(), decision(), *whole_play()]
        keep(*batch, *batch)
        before = rows("records")
        assert keep(*reversed(batch), at_s=9) == [""] * 4
        assert rows("records") == before and len(before) == 4

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (episode(), episode(watchers=3)),
            (decision(), decision(reason="another")),
            (play(), play(detail="another")),
            (play(1, "completed"), play(1, "failed")),
            (play(), play(1, "completed", screen="hall")),
            (play(), play(1, "completed", device="deeplens2")),
        ],
    )
    def test_what_contradicts_is_refused_and_told(self, keep, rows, first, second, engine):
        keep(first)
        before = {name: rows(name) for name in ("records", "episodes", "decisions", "plays")}
        (refused,) = keep(second)
        assert "its other event has another" in refused or "something else is kept of it already" in refused
        assert {name: rows(name) for name in before} == before
        assert keep(first, second, episode(2)) == ["", refused, ""]
        check(engine)


class TestPlays:
    @pytest.mark.parametrize("order", itertools.permutations([play(), play(1, "interrupted", detail="next"), play(2)]))
    def test_events_may_come_in_any_order_together_or_alone(self, keep, rows, order):
        keep(*order)
        together = rows("plays")
        assert [row["outcome"] for row in together] == ["interrupted", "started"]
        assert together[0]["detail"] == "next" and together[1]["ended_ns"] is None

    def test_one_by_one_leads_to_the_same(self, keep, rows):
        for record in (play(1, "failed", detail="no picture"), play(1)):
            keep(record)
        (row,) = rows("plays")
        assert (row["outcome"], row["detail"]) == ("failed", "no picture")
        assert row["ended_ns"] - row["started_ns"] == 8_000_000_000

    def test_an_end_alone_has_no_start(self, keep, rows):
        keep(play(1, "failed"))
        (row,) = rows("plays")
        assert row["started_ns"] is None and row["outcome"] == "failed"

    def test_a_play_never_ends_before_it_started(self, keep, rows, engine):
        start, end = play(2), play(1, "completed")
        late = type(start)(start.device, start.kind, "play/play-1/started", start.body.replace("play-2", "play-1"))
        keep(late, end)
        (row,) = rows("plays")
        assert row["ended_ns"] == row["started_ns"] == START_NS + 20_000_000_000
        check(engine)

    def test_names_may_be_anything(self, keep, rows, engine):
        keep(
            play(creative="봄 신발 'x' \"y\" ; --", screen="/ended"), play(2, detail="\N{REPLACEMENT CHARACTER}\n\t💡")
        )
        assert rows("plays")[0]["creative"] == "봄 신발 'x' \"y\" ; --"
        check(engine)


def test_each_device_has_a_chain_of_its_own(keep, engine):
    keep(*whole_play(1, "a"), *whole_play(2, "b"), play(3, device="a"))
    assert [(chain.device, chain.last) for chain in check(engine)] == [("a", 3), ("b", 2)]


def test_writers_side_by_side_make_one_chain(address, engine):
    """Several programs may write to one journal at once."""

    def write(begin):
        own = open_for_writing(address)
        for number in range(begin, begin + 20):
            with own.begin() as connection:
                assert store.keep(connection, whole_play(number), START_NS).refused == ["", ""]
        own.dispose()

    threads = [threading.Thread(target=write, args=(begin,)) for begin in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [chain.last for chain in check(engine)] == [80]


class TestPruning:
    def prune(self, engine, before_s, now_s=1000):
        with engine.begin() as connection:
            return store.prune(connection, START_NS + before_s * 10**9, START_NS + now_s * 10**9)

    def test_what_is_old_goes_and_the_rest_is_whole(self, keep, rows, engine):
        for number in range(10):
            keep(*whole_play(number), episode(number), decision(number), at_s=number)
        assert self.prune(engine, 6) == 24
        assert self.prune(engine, 6) == 0
        for name in ("plays", "episodes", "decisions"):
            assert len(rows(name)) == 4
        (chain,) = check(engine)
        assert (chain.first, chain.last) == (25, 41)
        keep(play(11))
        assert self.prune(engine, 8) == 8
        assert check(engine)[0].first == 33

    def test_everything_may_go_and_it_goes_on(self, keep, rows, engine):
        keep(*whole_play(1, "a"), *whole_play(2, "b"))
        assert [self.prune(engine, 1), self.prune(engine, 1), self.prune(engine, 1)] == [2, 2, 0]
        assert rows("plays") == [] and [row["kind"] for row in rows("records")] == ["pruned", "pruned"]
        keep(play(3, device="a"))
        assert [(chain.first, chain.last) for chain in check(engine)] == [(3, 4), (3, 3)]

    def test_of_a_play_whose_end_is_younger_the_end_stays(self, keep, rows, engine):
        keep(play(1), at_s=1)
        keep(play(1, "completed"), at_s=3)
        assert self.prune(engine, 2) == 1
        (row,) = rows("plays")
        assert row["started_ns"] is None and row["outcome"] == "completed"
        check(engine)

    def test_a_clock_that_jumped_removes_nothing_that_is_younger(self, keep, rows, engine):
        """What was recorded while the clock was wrong, and before, may stay longer; never shorter."""
        keep(play(1), at_s=500)
        keep(play(2), at_s=1)  # the clock was set back
        assert self.prune(engine, 100) == 0 and len(rows("plays")) == 2
        assert self.prune(engine, 600) == 2

    def test_whether_a_clock_goes_on_from_what_was_recorded(self, keep, engine):
        keep(play(1, device="a"), at_s=1)
        keep(play(2, device="a"), at_s=900)
        keep(play(3, device="b"), at_s=50)
        for times, was in (((40, 60), True), ((0, 2), True), ((60, 900), False), ((2, 40), False)):
            with engine.begin() as connection:
                between = [START_NS + at_s * 10**9 for at_s in times]
                assert store.was_recorded_between(connection, *between) is was, times

    def test_it_goes_in_portions(self, keep, rows, engine, monkeypatch):
        monkeypatch.setattr(store, "PORTION", 7)
        for number in range(10):
            keep(*whole_play(number), at_s=number)
        assert [self.prune(engine, 100) for _ in range(5)] == [7, 7, 6, 0, 0]
        check(engine)
