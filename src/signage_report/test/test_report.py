"""Reports beside a count made by hand, in SQLite and PostgreSQL; what they withhold."""

from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from signage_common.errors import ConfigurationError
from signage_common.sockets import free_ports
from signage_journal.errors import JournalError, UnusableError
from signage_report.formats import FIELDS
from signage_report.queries import DIMENSIONS
from signage_report.report import read_dimensions
from signage_report.run import ReportOptions, run

NAMES = ("plays", "completed", "interrupted", "failed", "shown_s", "watchers", "in_sight", "still_faces")


def table(report, *names):
    """Return the rows as key: figures."""
    return {row.key: tuple(getattr(row.figures, name) for name in names or NAMES) for row in report.rows}


class TestByHand:
    """The day of conftest.py."""

    def test_in_all(self, day):
        report = day.report()
        assert table(report) == {(): (7, 5, 1, 1, 68.0, 21, 11, 2)}
        assert report.total.figures == report.rows[0].figures

    def test_by_campaign_each_has_everybody_of_the_visits_in_which_it_was_shown(self, day):
        report = day.report("campaign")
        assert table(report) == {
            ("evening",): (2, 2, 0, 1, 18.0, 13, 5, 2),
            ("spring",): (3, 2, 1, 0, 20.0, 6, 5, 0),
            ("",): (2, 1, 0, 0, 30.0, 0, 0, 0),
        }
        assert (report.total.figures.watchers, report.total.figures.in_sight) == (21, 11)

    def test_by_hour_plays_count_when_they_began_and_visits_when_they_did(self, day):
        assert table(day.report("hour")) == {
            (9,): (5, 4, 1, 0, 58.0, 13, 5, 2),
            (10,): (1, 1, 0, 1, 10.0, 8, 6, 0),
            (11,): (1, 0, 0, 0, 0.0, 0, 0, 0),
        }

    def test_by_segment(self, day):
        assert table(day.report("segment"), "plays", "failed", "watchers") == {
            ("20f",): (4, 0, 14),
            ("30m",): (1, 1, 7),
            ("",): (2, 0, 0),
        }

    def test_by_screen_a_showing_that_failed_has_no_audience(self, day):
        assert table(day.report("screen"), "plays", "failed", "watchers") == {("s1",): (5, 0, 13), ("s2",): (2, 1, 6)}

    def test_by_creative_day_and_device(self, day):
        assert table(day.report("creative", "day", "device"), "plays", "watchers") == {
            ("scent", "2026-11-20", "deeplens1"): (2, 13),
            ("shoes", "2026-11-20", "deeplens1"): (3, 6),
            ("house", "2026-11-20", "deeplens1"): (2, 0),
        }

    def test_latency_is_from_the_image_to_the_first_play_of_its_answer_on_each_screen(self, day):
        latency = table(day.report("campaign"), "latency_p50_ms", "latency_p95_ms")
        assert latency == {("spring",): (200, 300), ("evening",): (100, 400), ("",): (None, None)}

    def test_share_of_voice_is_of_all_the_time_that_anything_was_shown(self, day):
        shares = table(day.report("campaign"), "share_of_voice")
        assert shares == {("spring",): (0.2941,), ("evening",): (0.2647,), ("",): (0.4412,)}

    def test_dwell_and_attention_are_of_watchers(self, day):
        times = table(day.report("campaign"), "dwell_mean_s", "dwell_median_s", "attention_mean_s")
        assert times[("spring",)] == (7.5, 7.5, 3.5)
        assert times[("evening",)] == (7.5, 7.5, 5.7)  # seven of 7.5 s and six of 3.5 s
        assert times[("",)] == (None, None, None)

    def test_hours_and_days_are_of_the_time_zone(self, day):
        report = day.report("day", "hour", end="2026-11-22", zone=ZoneInfo("Pacific/Auckland"))
        assert set(table(report)) == {("2026-11-20", 22), ("2026-11-20", 23), ("2026-11-21", 0)}

    def test_the_start_is_in_the_period_and_the_end_is_not(self, day):
        report = day.report(start="2026-11-20T09:00", end="2026-11-20T10:00")
        assert table(report, "plays", "failed", "watchers") == {(): (5, 0, 13)}
        assert table(day.report(start="2026-11-20T10:00"), "plays", "failed", "watchers") == {(): (2, 1, 8)}

    def test_a_period_without_anything_is_empty(self, day):
        report = day.report("campaign", start="2026-11-19", end="2026-11-20")
        assert (report.rows, report.total.figures.plays, report.suppressed) == ((), 0, 0)


def test_a_play_of_which_only_the_end_is_known_counts_when_it_ended(accounts):
    accounts.episode("e1", "09:10:00", "20f", 6)
    accounts.decision("e1", "spring", "shoes", "09:10:00.5")
    accounts.play("s1", "spring", "shoes", "e1", None, "09:10:09")
    report = accounts.report("campaign", "hour")
    assert table(report, "plays", "completed", "shown_s", "watchers") == {("spring", 9): (1, 1, 0.0, 6)}
    assert report.rows[0].figures.latency_p50_ms is None


def test_all_that_the_journal_holds_includes_what_only_has_an_end(accounts, capsys):
    accounts.play("s2", "", "house", "", "11:00:00", None, "failed")
    run(ReportOptions(journal=str(accounts.address), format="json", timezone="UTC"), Console())
    accounts.play("s1", "", "house", "", None, "13:10:09")
    run(ReportOptions(journal=str(accounts.address), format="csv", timezone="UTC"), Console())
    lines = capsys.readouterr().out.splitlines()
    assert '  "to": "2026-11-20T12:00:00+00:00",' in lines and lines[-1].startswith("1,1,0,1,")


class TestFewPeople:
    def test_their_figures_are_withheld_and_another_ones_with_them(self, accounts):
        for number, (creative, watchers) in enumerate([("a", 3), ("b", 9), ("c", 40)]):
            accounts.episode(f"e{number}", f"09:0{number}:00", "20f", watchers, in_sight=10)
            accounts.play("s1", f"of-{creative}", creative, f"e{number}", f"09:0{number}:01", 8.0)
        report = accounts.report("creative")
        assert table(report, "plays", "watchers", "dwell_mean_s", "attention_mean_s", "in_sight") == {
            ("a",): (1, None, None, None, 10),
            ("b",): (1, None, None, None, 10),
            ("c",): (1, 40, 7.5, 7.5, 10),
        }
        assert report.suppressed == 2

    def test_a_total_of_few_is_withheld(self, accounts):
        accounts.episode("e1", "09:00:00", "20f", 2, in_sight=9)
        assert table(accounts.report(), "watchers", "in_sight", "dwell_mean_s") == {(): (None, 9, None)}

    def test_by_segment_not_even_the_plays_are_told(self, accounts):
        for number, (segment, watchers) in enumerate([("60f", 1), ("20m", 9), ("30m", 40)]):
            accounts.episode(f"e{number}", f"09:0{number}:00", segment, watchers)
            accounts.play("s1", "spring", "shoes", f"e{number}", f"09:0{number}:01", 8.0)
        rows = {row.key[0]: row for row in accounts.report("segment").rows}
        assert rows["30m"].figures.plays == 1
        for segment in ("60f", "20m"):
            assert all(getattr(rows[segment].figures, name) is None for name in FIELDS)

    def test_by_creative_the_totals_of_campaigns_do_not_tell_them(self, accounts):
        """The report by campaign tells 23 of spring, so the other creative of spring must hide the 3."""
        shown = [("spring", "few", 3), ("spring", "many", 20), ("evening", "other", 6)]
        for number, (campaign, creative, watchers) in enumerate(shown):
            accounts.episode(f"e{number}", f"09:0{number}:00", "20f", watchers)
            accounts.play("s1", campaign, creative, f"e{number}", f"09:0{number}:01", 8.0)
        assert table(accounts.report("campaign"), "watchers") == {("spring",): (23,), ("evening",): (6,)}
        told = table(accounts.report("creative"), "watchers")
        assert told[("few",)] == told[("many",)] == (None,)

    def test_classes_of_few_are_withheld_too(self, accounts):
        accounts.episode("e1", "09:00:00", "20f", 30, dwell="20,3,7,0,0,0,0,0,0,0")
        assert accounts.report().dwell == (20, None, None, 0, 0, 0, 0, 0, 0, 0)


class TestDimensions:
    def test_some_with_commas(self):
        assert read_dimensions("campaign, hour") == ("campaign", "hour")
        assert read_dimensions(",".join(DIMENSIONS)) == DIMENSIONS
        assert read_dimensions("") == ()

    @pytest.mark.parametrize(("text", "expected"), [("hours", "'hours'"), ("day,day", "named twice"), (",", "''")])
    def test_a_mistake_is_named(self, text, expected):
        with pytest.raises(ConfigurationError, match=expected):
            read_dimensions(text)

    def test_all_at_once(self, day_in_a_file):
        report = day_in_a_file.report(*DIMENSIONS)
        assert sum(row.figures.plays or 0 for row in report.rows) + len([r for r in report.rows if r.hidden]) >= 7


@pytest.mark.fault
def test_a_journal_that_another_program_wrote_is_told_in_one_line(accounts):
    accounts.episode("e1", "09:00:00", "20f", 5, dwell="many")
    with pytest.raises(UnusableError, match=r"journal.db: invalid literal"):
        run(ReportOptions(journal=str(accounts.address)), Console())


@pytest.mark.fault
@pytest.mark.parametrize("value", ["'long ago'", "x'ff00'", "9223372036854775807"])
def test_times_that_are_none_are_told_in_one_line(day_in_a_file, value):
    """A file of SQLite holds anything in any column, whatever its type."""
    with day_in_a_file.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE plays SET started_ns = {value} WHERE play_id = 'play-1'")
    with pytest.raises(UnusableError, match=r"^.*journal\.db: .*$"):
        run(ReportOptions(journal=str(day_in_a_file.address), by="day"), Console())


@pytest.mark.fault
def test_a_server_that_is_gone_is_told_in_one_line():
    (port,) = free_ports(1)
    with pytest.raises(JournalError, match="refused"):
        run(ReportOptions(journal=f"postgresql://signs@127.0.0.1:{port}/signs"), Console())
