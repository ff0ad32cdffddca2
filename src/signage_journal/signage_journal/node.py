"""The node that keeps episodes, decisions and plays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from rclpy.node import Node
from signage_common.health import Health, Level
from signage_common.ros_diagnostics import DiagnosticsPublisher, guarded, steady_timer
from signage_common.ros_node import run_node
from signage_common.ros_params import declare_params
from signage_common.ros_topics import PLAYBACK_QOS, RECORD_QOS, create_subscription
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordAudience, RecordPlayback

from signage_journal import convert
from signage_journal.database import parse_address
from signage_journal.params import JournalParams
from signage_journal.records import Record
from signage_journal.ros_deferred import Answer, DeferredService
from signage_journal.writer import Backlog, Writer

MOST_IN_A_REQUEST = 500
MOST_HEARD = 10_000
RETRY_S = 1.0
NICENESS = 19
HELD = "old records are kept for some days more: nothing was recorded for long before the clock was what it is now"


class JournalNode(Node):
    """Keep what happened, so that nothing that was acknowledged is ever lost or counted twice.

    Parameters:
        See ``JournalParams``.

    Publishers:
        /diagnostics (diagnostic_msgs/DiagnosticArray): ERROR while nothing can be written, WARN while space is short or
            reports that nobody waited for were lost.

    Subscribers:
        playback (signage_msgs/AdPlayback): what screens show that do not ask for an acknowledgement.

    Services:
        record_playback (signage_msgs/RecordPlayback): keep what screens showed.
        record_audience (signage_msgs/RecordAudience): keep episodes and decisions.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("journal", **kwargs)
        self._params = declare_params(self, JournalParams)
        self._writer = Writer(parse_address(self._params.url), self._params.retention_days)
        self._heard = Backlog(self._writer, MOST_HEARD)
        self._bad = self._failures = 0
        DeferredService(self, RecordPlayback, "record_playback", self._on_playbacks, RECORD_QOS)
        DeferredService(self, RecordAudience, "record_audience", self._on_audience, RECORD_QOS)
        create_subscription(self, AdPlayback, "playback", guarded(self, self._on_playback), PLAYBACK_QOS)
        steady_timer(self, RETRY_S, guarded(self, self._on_retry))
        self._diagnostics = DiagnosticsPublisher(self, self._health)
        self.get_logger().info(f"journal: {self._writer.address}")

    def destroy_node(self) -> None:
        """Write what waits, and end."""
        self._writer.close()
        super().destroy_node()

    def _on_playbacks(self, request: RecordPlayback.Request, answer: Answer) -> None:
        self._keep([self._read(convert.playback_to_record, message) for message in request.playbacks], answer)

    def _on_audience(self, request: RecordAudience.Request, answer: Answer) -> None:
        records = [self._read(convert.episode_to_record, message) for message in request.episodes]
        records += [self._read(convert.decision_to_record, message) for message in request.decisions]
        self._keep(records, answer, only_refusals=True)

    def _on_playback(self, message: AdPlayback) -> None:
        record = self._read(convert.playback_to_record, message)
        if isinstance(record, Record):
            self._heard.add(record)

    def _on_retry(self) -> None:
        self._heard.send()
        status = self._writer.status
        if status.failures > self._failures:
            self.get_logger().error(f"not written: {status.last_error}", throttle_duration_sec=10.0)
            self._failures = status.failures

    def _read(self, read: Callable[[Any], Record], message: object) -> Record | str:
        """Return the record that a message tells, or why it tells none."""
        try:
            return read(message)
        except convert.MessageError as error:
            self._bad += 1
            self.get_logger().warning(f"refused: {error}", throttle_duration_sec=1.0)
            return str(error)

    def _keep(self, asked: Sequence[Record | str], answer: Answer, only_refusals: bool = False) -> None:
        """Answer once all records that can be kept are durable.

        Args:
            asked: the records of a request, or why a message is none.
            answer: its response gets ``success``, ``message``, and in ``refused`` one text for each of ``asked``.
            only_refusals: leave out those texts that are empty.
        """
        response = answer.response
        if len(asked) > MOST_IN_A_REQUEST:
            response.message = f"expected at most {MOST_IN_A_REQUEST} in one request, got {len(asked)}"
            answer.give()
            return

        def written(done: Future[list[str]]) -> None:
            error = done.exception()
            if error is None:
                refused = iter(done.result())
                texts = [next(refused) if isinstance(each, Record) else each for each in asked]
                response.refused = [text for text in texts if text or not only_refusals]
            response.success, response.message = error is None, "" if error is None else str(error)
            answer.give()

        self._writer.submit([each for each in asked if isinstance(each, Record)]).add_done_callback(written)

    def _health(self) -> Health:
        status, free_mb = self._writer.status, self._writer.free_mb()
        values = {
            "journal": str(self._writer.address),
            "kept": status.added,
            "kept already": status.known,
            "refused": status.refused + self._bad,
            "waiting": self._writer.waiting + len(self._heard),
            "lost": self._heard.dropped,
            "pruned": status.pruned,
            "failures": status.failures,
            "last error": status.last_error,
            "size MB": f"{self._writer.size_mb():.1f}",
        }
        if status.error:
            return Health(Level.ERROR, f"nothing can be written: {status.error}", values)
        if free_mb is not None and free_mb < self._params.min_free_mb:
            return Health(Level.WARN, f"{free_mb:.0f} MB free, expected {self._params.min_free_mb}", values)
        if self._heard.dropped:
            return Health(Level.WARN, f"{self._heard.dropped} reports that nobody waited for were lost", values)
        if status.is_pruning_held:
            return Health(Level.WARN, HELD, values)
        return Health(Level.OK, "keeping", values)


def main() -> None:
    """Run the node as a process, which lets those go first who decide and answer screens."""
    os.nice(NICENESS)
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # takes nobody's turn when it wakes up
    sys.exit(run_node(JournalNode))
