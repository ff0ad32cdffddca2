"""What screens have kept against what the journal has of it: is anything lost, doubled or changed?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from signage_bridge.playback import PlaybackEvent
from signage_common.stamps import NS_PER_S
from signage_journal.database import Address, open_for_reading
from signage_journal.errors import BrokenChainError
from signage_journal.records import STARTED, Kind
from signage_journal.schema import decisions, episodes, plays, records
from signage_journal.verify import verify


@dataclass(frozen=True)
class Report:
    """One report of a screen: the start or the end of a play.

    Attributes:
        play_id: of the play.
        event: ``started``, ``completed``, ``interrupted`` or ``failed``.
        stamp_ns: when it happened, UTC.
        screen: which screen.
        creative: what it showed.
        campaign: of which campaign; empty for the house playlist.
        episode: whom it answered; empty for the house playlist.
    """

    play_id: str
    event: str
    stamp_ns: int
    screen: str
    creative: str
    campaign: str
    episode: str

    @property
    def key(self) -> tuple[str, bool]:
        """Return what can be told only once: a play's start, or its end."""
        return self.play_id, self.event == STARTED


@dataclass(frozen=True)
class JournalContent:
    """What a journal holds.

    Attributes:
        reports: what screens reported, as it was recorded, in the order of the chain.
        plays: its table of plays by id: start, end (None where unknown) and outcome.
        decisions: the episode of each decision.
        episodes: ids of the episodes.
        problem: why it is not whole; empty if it is.
    """

    reports: list[Report]
    plays: dict[str, tuple[int | None, int | None, str]]
    decisions: list[str] = field(default_factory=list)
    episodes: set[str] = field(default_factory=set)
    problem: str = ""


@dataclass(frozen=True)
class Differences:
    """What is not as it was kept; nothing of it is as it should be.

    Attributes:
        lost: kept by a screen, not in the journal.
        changed: in the journal with something else in it.
        doubled: in the journal more than once, be it under another id.
        plays: plays that do not follow from what was reported of them.
    """

    lost: list[str]
    changed: list[str]
    doubled: list[str]
    plays: list[str]

    @property
    def any(self) -> bool:
        """Return whether there is one."""
        return any((self.lost, self.changed, self.doubled, self.plays))


def report_of(message: Mapping[str, Any]) -> Report:
    """Return the report that an AdPlayback is, as a page keeps it."""
    event = PlaybackEvent(message["event"]).name.lower()
    stamp_ns = message["stamp"]["sec"] * NS_PER_S + message["stamp"]["nanosec"]
    names = ("screen", "creative", "campaign", "episode")
    return Report(message["play_id"], event, stamp_ns, *(message.get(name, "") for name in names))


def read_journal(path: Path, with_proof: bool = False) -> JournalContent:
    """Read what a journal in a file holds; another program may be writing to it.

    Args:
        path: the file.
        with_proof: check that it is whole, too.
    """
    engine = open_for_reading(Address(path=path))
    with engine.begin() as connection:
        bodies = connection.execute(
            sa.select(records.c.body).where(records.c.kind == Kind.PLAY.value).order_by(records.c.device, records.c.seq)
        ).scalars()
        return JournalContent(
            reports=[_recorded(json.loads(body)) for body in bodies],
            plays={row.play_id: (row.started_ns, row.ended_ns, row.outcome) for row in connection.execute(_PLAYS)},
            decisions=list(connection.execute(sa.select(decisions.c.episode)).scalars()),
            episodes=set(connection.execute(sa.select(episodes.c.episode)).scalars()),
            problem=_problem_of(connection) if with_proof else "",
        )


_PLAYS = sa.select(plays.c.play_id, plays.c.started_ns, plays.c.ended_ns, plays.c.outcome)


def _recorded(body: Mapping[str, Any]) -> Report:
    names = ("play_id", "event", "stamp_ns", "screen", "creative", "campaign", "episode")
    return Report(*(body[name] for name in names))


def _problem_of(connection: sa.Connection) -> str:
    try:
        verify(connection)
    except BrokenChainError as error:
        return str(error)
    return ""


def missing(kept: Iterable[Report], recorded: Collection[Report]) -> list[Report]:
    """Return what is kept and not recorded, in order."""
    known = {report.key for report in recorded}
    return [report for report in kept if report.key not in known]


def compare(kept: Collection[Report], journal: JournalContent) -> Differences:
    """Compare what screens have kept with what the journal holds in the end."""
    recorded = {report.key: report for report in journal.reports}
    return Differences(
        lost=[_named(report) for report in missing(kept, journal.reports)],
        changed=[_named(report) for report in kept if recorded.get(report.key, report) != report],
        doubled=_doubled(journal.reports),
        plays=_wrong_plays(journal),
    )


def _doubled(reports: Collection[Report]) -> list[str]:
    """Return what is there twice: the same report, or the same moment of a screen as part of another play."""
    keys = Counter(report.key for report in reports)
    moments = Counter((report.screen, report.stamp_ns, report.event) for report in reports)
    return [
        _named(report)
        for report in reports
        if keys[report.key] > 1 or moments[report.screen, report.stamp_ns, report.event] > 1
    ]


def _wrong_plays(journal: JournalContent) -> list[str]:
    """Return the plays that are not what their start and their end make of them, or that nobody reported."""
    told: dict[str, dict[bool, Report]] = {}
    for report in journal.reports:
        told.setdefault(report.play_id, {})[report.event == STARTED] = report
    expected = {play_id: _play_of(events) for play_id, events in told.items()}
    return [name for name in {*expected, *journal.plays} if expected.get(name) != journal.plays.get(name)]


def _play_of(events: Mapping[bool, Report]) -> tuple[int | None, int | None, str]:
    start, end = events.get(True), events.get(False)
    if end is None:
        return start.stamp_ns if start else None, None, STARTED
    if start is None:
        return None, end.stamp_ns, end.event
    return start.stamp_ns, max(end.stamp_ns, start.stamp_ns), end.event


def _named(report: Report) -> str:
    return f"{report.play_id} {report.event}"
