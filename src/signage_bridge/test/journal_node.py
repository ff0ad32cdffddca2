"""A journal for these tests: a real node that keeps reports in a real SQLite file before it answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from rclpy.node import Node
from signage_common.ros_topics import RECORD_QOS, stamp_to_ns
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

TABLE = """
CREATE TABLE IF NOT EXISTS reports (
    play_id TEXT, event INTEGER, stamp_ns INTEGER, screen TEXT, creative TEXT, campaign TEXT, episode TEXT,
    PRIMARY KEY (play_id, event)
)
"""


class Row(NamedTuple):
    """A report as it is kept."""

    play_id: str
    event: int
    stamp_ns: int
    screen: str
    creative: str
    campaign: str
    episode: str


class JournalNode(Node):
    """Keeps each report once, by play and event.

    Attributes:
        path: the file.
        calls: how many reports each call brought.
        answers: what is answered next instead, without keeping anything; the oldest first.
        on_kept: is called when something has been kept, before that is answered.
    """

    def __init__(self, path: Path, **kwargs: Any) -> None:
        super().__init__("journal", **kwargs)
        self.path = path
        self.calls: list[int] = []
        self.answers: list[RecordPlayback.Response] = []
        self.on_kept: Callable[[], None] = lambda: None
        with sqlite3.connect(path) as database:
            database.execute(TABLE)
        self.come()

    def come(self) -> None:
        """Offer the service."""
        self._service = self.create_service(RecordPlayback, "record_playback", self._record, qos_profile=RECORD_QOS)

    def go(self) -> None:
        """Offer it no more."""
        self.destroy_service(self._service)

    def rows(self, screen: str = "") -> list[Row]:
        """Return what it keeps, of one screen or all, in the order of the stamps."""
        query = "SELECT * FROM reports WHERE ? IN ('', screen) ORDER BY stamp_ns, rowid"
        with sqlite3.connect(self.path) as database:
            return [Row(*row) for row in database.execute(query, [screen])]

    def _record(self, request: RecordPlayback.Request, response: RecordPlayback.Response) -> RecordPlayback.Response:
        self.calls.append(len(request.playbacks))
        if self.answers:
            return self.answers.pop(0)
        with sqlite3.connect(self.path) as database:
            rows = [_row(playback) for playback in request.playbacks]
            database.executemany("INSERT OR IGNORE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self.on_kept()
        return RecordPlayback.Response(success=True, refused=[""] * len(rows))


def _row(play: AdPlayback) -> Row:
    return Row(
        play.play_id, play.event, stamp_to_ns(play.stamp), play.screen, play.creative, play.campaign, play.episode
    )
