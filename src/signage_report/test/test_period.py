"""The period of a report: days and whole hours, in a time zone."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from signage_common.errors import ConfigurationError
from signage_report import period as period_module
from signage_report.period import make_period, read_time, read_zone

SEOUL, BERLIN, KATHMANDU = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")


def ns(text):
    return int(datetime.datetime.fromisoformat(text).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-27", SEOUL, "2026-11-26T15:00:00+00:00"),
        ("2026-11-27T14:00", SEOUL, "2026-11-27T05:00:00+00:00"),
        ("2026-11-27 14", BERLIN, "2026-11-27T13:00:00+00:00"),
        ("2026-11-27T14:00:00+00:00", SEOUL, "2026-11-27T14:00:00+00:00"),
        ("2026-11-27T14:00", KATHMANDU, "2026-11-27T08:15:00+00:00"),
    ],
)
def test_days_and_hours_are_local(text, zone, expected):
    assert read_time(text, zone) == ns(expected)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "2026-11-27T14:30", "2026-11-27T14:00:01", "9999999-01-01", "0001-01-01"]
)
def test_anything_else_is_a_mistake(text):
    with pytest.raises(ConfigurationError, match="expected a day such as"):
        read_time(text, SEOUL)


@pytest.mark.parametrize("text", ["0001-01-02", "1500-01-01", "2300-01-01", "9999-12-30T10:00"])
def test_a_time_beyond_what_a_journal_can_hold_is_a_mistake(text):
    with pytest.raises(ConfigurationError, match="of the years 1678 to 2261"):
        read_time(text, ZoneInfo("UTC"))


@pytest.mark.parametrize("text", ["1678-01-01", "2261-12-31T23:00"])
def test_periods_to_the_farthest_times_fit_into_a_database(text):
    for start, end in ((text, None), (None, text)):
        period = make_period(start, end, ZoneInfo("UTC"), (0, 1))
        assert -(2**63) <= period.start_ns < period.end_ns < 2**63


def test_without_times_it_is_all_that_the_journal_holds():
    period = make_period(None, None, SEOUL, (ns("2026-11-20T03:10:00+00:00"), ns("2026-11-22T11:59:59+00:00")))
    assert str(period) == "2026-11-20 00:00 to 2026-11-22 21:00, Asia/Seoul"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-21", None, "2026-11-21 00:00 to 2026-11-22 12:00, UTC"),
        (None, "2026-11-21", "2026-11-20 00:00 to 2026-11-21 00:00, UTC"),
        ("2027-01-01", None, "2027-01-01 00:00 to 2027-01-01 01:00, UTC"),
        (None, "2026-01-01", "2025-12-31 00:00 to 2026-01-01 00:00, UTC"),
    ],
)
def test_one_time_is_enough(start, end, expected):
    kept = (ns("2026-11-20T03:10:00+00:00"), ns("2026-11-22T11:59:59+00:00"))
    assert str(make_period(start, end, ZoneInfo("UTC"), kept)) == expected


@pytest.mark.parametrize(("start", "end"), [("2026-11-21", "2026-11-20"), ("2026-11-21", "2026-11-21")])
def test_an_end_that_is_not_after_the_start_is_a_mistake(start, end):
    with pytest.raises(ConfigurationError, match="expected an end after the start"):
        make_period(start, end, SEOUL, None)


@pytest.mark.parametrize("minutes", range(0, 180, 15))
def test_the_last_hour_is_whole_where_clocks_go_back_by_half_of_one(minutes):
    zone = ZoneInfo("Australia/Lord_Howe")
    last = datetime.datetime(2026, 4, 4, 14, tzinfo=datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    last_ns = int(last.timestamp()) * 1_000_000_000
    period = make_period(None, None, zone, (last_ns, last_ns))
    assert period.start_ns <= last_ns < period.end_ns
    assert period.end.minute == 0


class TestTimeZone:
    def test_by_name(self):
        assert read_zone("Europe/Berlin").key == "Europe/Berlin"

    @pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "x" * 5000, "a\0b", "Europe"])
    def test_an_unknown_one_is_a_mistake(self, name):
        with pytest.raises(ConfigurationError, match="expected a time zone"):
            read_zone(name)

    def test_the_machines_own(self, monkeypatch):
        monkeypatch.setenv("TZ", "Asia/Seoul")
        assert read_zone(None).key == "Asia/Seoul"

    def test_of_the_machines_link(self, monkeypatch, tmp_path):
        monkeypatch.delenv("TZ", raising=False)
        target = tmp_path / "zoneinfo" / "Europe" / "Berlin"
        target.parent.mkdir(parents=True)
        target.touch()
        (tmp_path / "localtime").symlink_to(target)
        monkeypatch.setattr(period_module, "_LOCALTIME", tmp_path / "localtime")
        assert read_zone(None).key == "Europe/Berlin"

    def test_utc_where_the_machine_has_none_of_a_name(self, monkeypatch):
        monkeypatch.setenv("TZ", "KST-9")
        assert read_zone(None).key == "UTC"
