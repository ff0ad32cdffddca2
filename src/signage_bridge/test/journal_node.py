"""A journal for these tests: a real node that keeps reports in a real SQLite file before it answers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from rclpy.node import Node
from signage_common.ros_topics import stamp_to_ns
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

TABLE = """
CREATE TABLE IF NOT EXISTS reports (
    play_id TEXT, event INTEGER, stamp_ns INTEGER, screen TEXT, creative TEXT, campaign TEXT, episode TEXT,
    PRIMARY KEY (play_id, event)
)
"""


class JournalNode(Node):
    """Keeps each report once, by play and event.

    Attributes:
        path: the file.
        calls: how many reports each call brought.
        answers: what is answered next instead, without keeping anything; the oldest first.
    """

    def __init__(self, path: Path, **kwargs: Any) -> None:
        super().__init__("journal", **kwargs)
        self.path = path
        self.calls: list[int] = []
        self.answers: list[RecordPlayback.Response] = []
        with sqlite3.connect(path) as database:
            database.execute(TABLE)
        self.create_service(RecordPlayback, "record_playback", self._record)

    def rows(self) -> list[tuple[Any, ...]]:
        """Return what it keeps in the order of its stamps: play, event, stamp in ns, screen, creative, ..."""
        with sqlite3.connect(self.path) as database:
            return database.execute("SELECT * FROM reports ORDER BY stamp_ns, rowid").fetchall()

    def _record(self, request: RecordPlayback.Request, response: RecordPlayback.Response) -> RecordPlayback.Response:
        self.calls.append(len(request.playbacks))
        if self.answers:
            return self.answers.pop(0)
        with sqlite3.connect(self.path) as database:
            rows = [_row(playback) for playback in request.playbacks]
            database.executemany("INSERT OR IGNORE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return RecordPlayback.Response(success=True, refused=[""] * len(rows))


def _row(play: AdPlayback) -> tuple[Any, ...]:
    return (play.play_id, play.event, stamp_to_ns(play.stamp), play.screen, play.creative, play.campaign, play.episode)
