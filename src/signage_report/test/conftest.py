"""A small journal whose every figure can be counted by hand, in both kinds of database."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from signage_common.histogram import CLASSES
from signage_journal.database import open_for_writing, parse_address
from signage_journal.schema import decisions, episodes, plays
from signage_journal.testing import postgres_server
from signage_report.period import make_period
from signage_report.report import read_reports

UTC = ZoneInfo("UTC")
DAY = datetime.datetime(2026, 11, 20, tzinfo=datetime.timezone.utc)


def at(clock):
    """Return the stamp of a time of the day such as 09:10:00.8."""
    hours, minutes, seconds = clock.split(":")
    return round((DAY.timestamp() + int(hours) * 3600 + int(minutes) * 60) * 1e9) + round(float(seconds) * 1e9)


def counts(**classes):
    """Return a histogram such as 0,6,...: of class c1 six."""
    return ",".join(str(classes.get(f"c{number}", 0)) for number in range(CLASSES))


class Accounts:
    """What is written into a journal, with what matters little filled in."""

    def __init__(self, engine, address):
        self.engine, self.address, self.device = engine, address, "deeplens1"
        self._number = 0

    def episode(self, name, start, estimation, watchers, in_sight=0, still=0, seconds=20.0, dwell=None, attention=None):
        histogram = counts(c3=watchers)
        row = {
            "episode": name,
            "device": self.device,
            "started_ns": at(start),
            "ended_ns": at(start) + int(seconds * 1e9),
        }
        row |= {"estimation": estimation, "watchers": watchers, "in_sight": in_sight, "still_faces": still}
        row |= {"dwell_s": seconds, "attention_s": seconds / 2}
        row |= {"dwell_histogram": dwell or histogram, "attention_histogram": attention or histogram}
        self._insert(episodes, row)

    def decision(self, episode, campaign, creative, captured):
        row = {
            "decision": f"{episode}/{captured}",
            "device": self.device,
            "episode": episode,
            "arrived_ns": at(captured),
        }
        row |= {"captured_ns": at(captured), "decided_ns": at(captured) + 80_000_000}
        row |= {
            "campaign": campaign,
            "creative": creative,
            "estimation": "20f",
            "reason": "drawn",
            "catalogue": "0" * 16,
        }
        self._insert(decisions, row)

    def play(self, screen, campaign, creative, episode, start, end, outcome="completed"):
        """Tell of a play; its end is a number of seconds after its start, or a time of the day, or not known."""
        self._number += 1
        row = {"play_id": f"play-{self._number}", "device": self.device, "screen": screen, "creative": creative}
        row |= {"campaign": campaign, "episode": episode, "outcome": outcome, "detail": ""}
        row |= {"started_ns": None if start is None else at(start)}
        row |= {"ended_ns": at(end) if isinstance(end, str) else end and at(start) + round(end * 1e9)}
        if outcome == "failed":
            row |= {"started_ns": None, "ended_ns": at(start)}
        self._insert(plays, row)

    def report(self, *by, start=None, end="2026-11-21", zone=UTC):
        with self.engine.begin() as connection:
            period = make_period(start, end, zone, (at("00:00:00"), at("23:00:00")))
            return read_reports([connection], period, [by])[0]

    def _insert(self, table, row):
        with self.engine.begin() as connection:
            connection.execute(table.insert(), [row])


@pytest.fixture(scope="session")
def postgres():
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """Accounts of nothing, in either kind of database."""
    if request.param == "sqlite":
        address = parse_address(str(tmp_path / "journal.db"))
    else:
        address = parse_address(request.getfixturevalue("postgres").url)
        server = sa.create_engine(address.url)
        with server.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        server.dispose()
    engine = open_for_writing(address)
    yield Accounts(engine, address)
    engine.dispose()


@pytest.fixture
def accounts(tmp_path):
    """Accounts of nothing, in a file."""
    address = parse_address(str(tmp_path / "journal.db"))
    engine = open_for_writing(address)
    yield Accounts(engine, address)
    engine.dispose()


def tell_a_day(accounts):
    """Tell of three visits and eight showings on two screens."""
    accounts.episode("e1", "09:10:00", "20f", 6, in_sight=5, dwell=counts(c3=6), attention=counts(c2=6))
    accounts.episode("e2", "09:59:50", "30m", 7, still=2)
    accounts.episode("e3", "10:30:00", "20f", 8, in_sight=6)  # while both screens were off
    accounts.decision("e1", "spring", "shoes", "09:10:00.8")
    accounts.decision("e1", "evening", "scent", "09:10:19.9")
    accounts.decision("e2", "evening", "scent", "09:59:59.6")
    accounts.play("s1", "spring", "shoes", "e1", "09:10:01", 8.0)
    accounts.play("s1", "spring", "shoes", "e1", "09:10:09", 4.0, "interrupted")
    accounts.play("s1", "evening", "scent", "e1", "09:10:20", 8.0)
    accounts.play("s2", "spring", "shoes", "e1", "09:10:01.1", 8.0)
    accounts.play("s1", "evening", "scent", "e2", "10:00:00", 10.0)
    accounts.play("s2", "evening", "scent", "e2", "10:00:01", None, "failed")
    accounts.play("s1", "", "house", "", "09:30:00", 30.0)
    accounts.play("s2", "", "house", "", "11:00:00", None, "started")
    return accounts


@pytest.fixture
def day(empty):
    return tell_a_day(empty)


@pytest.fixture
def day_in_a_file(accounts):
    return tell_a_day(accounts)
