"""Kill the journal at random moments while a client keeps sending, and count what was lost or doubled."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from rclpy.node import Node
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_outbox import ServiceOutbox
from signage_common.ros_testing import Graph
from signage_common.ros_topics import ns_to_stamp
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

from signage_journal import database
from signage_journal.schema import records
from signage_journal.verify import verify

LONGEST_LIFE_S = 0.3
"""How long the journal lives at most once it has acknowledged something."""
PATIENCE_S = 0.5
SEND_EVERY_S = 0.002


@dataclass(frozen=True)
class CrashCount:
    """What became of what was sent.

    Attributes:
        kills: how often the journal was killed.
        acknowledged: how many reports it acknowledged.
        lost: how many of these it does not hold.
        doubled: how many rows it holds beyond one for each report that was sent.
    """

    kills: int
    acknowledged: int
    lost: int
    doubled: int


class _Sender:
    """A client that sends report after report, each until it is acknowledged, as a screen does."""

    def __init__(self, graph: Graph) -> None:
        self.sent: list[str] = []
        node: Node = graph.probe()
        self._outbox: ServiceOutbox[AdPlayback] = ServiceOutbox(
            node, RecordPlayback, "record_playback", self._request, PATIENCE_S
        )
        self._timer = node.create_timer(SEND_EVERY_S, self._add)
        self.is_sending = True

    @property
    def is_done(self) -> bool:
        return not self._outbox.waiting

    def count_acknowledged(self) -> int:
        """Return how many have left the outbox, which only an acknowledgement lets go."""
        assert not self._outbox.dropped and not self._outbox.refused
        return len(self.sent) - self._outbox.waiting

    def has_more_than(self, count: int) -> bool:
        """Return whether more than that were acknowledged."""
        return self.count_acknowledged() > count

    def _add(self) -> None:
        if not self.is_sending or self._outbox.waiting >= 1_000:
            return
        number = len(self.sent)
        message = AdPlayback(stamp=ns_to_stamp((1_795_334_400 + number) * 10**9), screen="lobby", device="deeplens1")
        message.play_id, message.creative, message.event = f"play-{number}", "trainers", AdPlayback.STARTED
        self.sent.append(f"play/play-{number}/started")
        self._outbox.add(message)

    def _request(self, messages: Sequence[AdPlayback]) -> Any:
        return RecordPlayback.Request(playbacks=messages)


def crash_rounds(
    graph: Graph,
    command: Sequence[object],
    journal: str,
    rounds: int,
    seed: int,
    on_round: Callable[[int, int], None] = lambda done, acknowledged: None,
) -> CrashCount:
    """Start the journal, kill it at a random moment while it is being asked, and again; then count.

    Args:
        graph: whose namespace ``/deeplens1`` the client and the journal are in.
        command: starts the journal.
        journal: URL or file that it writes to.
        rounds: how often it is killed.
        seed: of the moments.
        on_round: is told how many rounds are done, and how many reports were acknowledged.
    """
    rng = random.Random(seed)
    sender = _Sender(graph)
    for done in range(rounds):
        before = sender.count_acknowledged()
        with ProgramUnderTest(command, graph.env) as program:
            graph.spin_until(partial(sender.has_more_than, before), what="an acknowledgement")
            graph.spin_until(partial(_is_past, time.monotonic() + rng.uniform(0, LONGEST_LIFE_S)))
            program.end(signal.SIGKILL)
        on_round(done + 1, sender.count_acknowledged())
    acknowledged = sender.sent[: sender.count_acknowledged()]
    held = held_keys(journal)
    lost = len(set(acknowledged) - set(held))
    sender.is_sending = False
    with ProgramUnderTest(command, graph.env) as program:
        graph.spin_until(lambda: sender.is_done, what="all that waited")
        program.end()
    held = held_keys(journal)
    lost += len(set(sender.sent) - set(held))
    return CrashCount(rounds, len(sender.sent), lost, len(held) - len(set(held) & set(sender.sent)))


def _is_past(end_s: float) -> bool:
    return time.monotonic() >= end_s


def held_keys(journal: str) -> list[str]:
    """Return the keys of all records of a journal, which must be whole.

    Raises:
        BrokenChainError: it is not.
    """
    engine = database.open_for_reading(database.parse_address(journal))
    with engine.begin() as connection:
        verify(connection)
        keys = list(connection.execute(sa.select(records.c.key)).scalars())
    engine.dispose()
    return keys
