"""Screens that report at a steady rate, whatever the journal does, in a process of their own.

The process is ``python -m signage_bench.ros_report_callers RATE CALLERS PREFIX FILE``, in the ROS domain of its
environment. It reads ``on`` and ``off``, a line each, and at the end of its input writes what became of every report to
the file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rclpy.executors import SingleThreadedExecutor
from signage_common.ros_topics import RECORD_QOS, ns_to_stamp
from signage_common.stamps import NS_PER_S
from signage_msgs.msg import AdPlayback
from signage_msgs.srv import RecordPlayback

from signage_bench.metrics import MS_PER_S
from signage_bench.ros_observer import bench_node
from signage_bench.running_graph import DEVICE
from signage_bench.worker_process import end_with_parent

LONGEST_WAIT_S, LAST_ANSWER_S = 0.05, 20.0
PLAY_NS = 8 * NS_PER_S


class Callers:
    """Calls of ``record_playback``, one report each, by several callers in turn.

    Attributes:
        acknowledged: number of each report that the journal has, and ms from when it was due to the answer.
        offered: how many reports were sent.
        busy_s: how long they were offered, to the answer to the last one.
    """

    def __init__(self, node: Any, rate: float, callers: int, prefix: str) -> None:
        self.acknowledged: list[tuple[int, float]] = []
        self.offered = 0
        self.busy_s = 0.0
        self._rate, self._prefix = rate, prefix
        self._clients = [
            node.create_client(RecordPlayback, "record_playback", qos_profile=RECORD_QOS) for _ in range(callers)
        ]
        self._unanswered = 0
        self._began_s: float | None = None
        self._due_s = self._last_s = 0.0

    @property
    def is_ready(self) -> bool:
        """Return whether the journal was found by all."""
        return all(client.service_is_ready() for client in self._clients)

    @property
    def is_idle(self) -> bool:
        """Return whether every call was answered."""
        return self._unanswered == 0

    def switch(self, is_on: bool) -> None:
        """Begin to offer reports, or rest."""
        now_s = time.monotonic()
        if is_on and self._began_s is None:
            self._began_s = self._due_s = now_s
        if not is_on and self._began_s is not None:
            self.busy_s += now_s - self._began_s
            self._began_s, self._last_s = None, now_s

    def send(self) -> float:
        """Send what is due; return how long it is until the next is, s."""
        if self._began_s is None:
            return LONGEST_WAIT_S
        while self._due_s <= time.monotonic():
            self._call(self.offered, self._due_s)
            self.offered += 1
            self._due_s += 1 / self._rate
        return max(self._due_s - time.monotonic(), 0.0)

    def _call(self, number: int, due_s: float) -> None:
        client = self._clients[number % len(self._clients)]
        future = client.call_async(RecordPlayback.Request(playbacks=[report_of(self._prefix, number)]))
        self._unanswered += 1
        future.add_done_callback(lambda done: self._on_answer(number, due_s, done.result()))

    def _on_answer(self, number: int, due_s: float, response: Any) -> None:
        now_s = time.monotonic()
        self._unanswered -= 1
        if self._began_s is None:  # the journal is behind
            self.busy_s += now_s - self._last_s
            self._last_s = now_s
        if response is not None and response.success and list(response.refused) == [""]:
            self.acknowledged.append((number, MS_PER_S * (now_s - due_s)))


def report_of(prefix: str, number: int) -> AdPlayback:
    """Return a report, counted from 0: the start of a play, its end, the start of the next one."""
    play, half = divmod(number, 2)
    return AdPlayback(
        stamp=ns_to_stamp(1_700_000_000 * NS_PER_S + play * PLAY_NS + half * PLAY_NS),
        screen="lobby",
        device=DEVICE,
        play_id=f"{prefix}-{play}",
        creative="trainers",
        campaign="spring-run",
        episode="",
        event=AdPlayback.COMPLETED if half else AdPlayback.STARTED,
    )


def main(argv: Sequence[str]) -> int:
    """Offer reports as the standard input says."""
    rate, callers, prefix, path = float(argv[0]), int(argv[1]), argv[2], Path(argv[3])
    end_with_parent()
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))  # they stand for screens on other machines
    wanted = _Wanted()
    with bench_node("callers", DEVICE, int(os.environ["ROS_DOMAIN_ID"])) as node:
        executor = SingleThreadedExecutor(context=node.context)
        executor.add_node(node)
        calling = Callers(node, rate, callers, prefix)
        _say_when_ready(calling, executor)
        while not wanted.is_over:
            calling.switch(wanted.is_on)
            executor.spin_once(timeout_sec=min(calling.send(), LONGEST_WAIT_S))
        calling.switch(False)
        end_s = time.monotonic() + LAST_ANSWER_S
        while not calling.is_idle and time.monotonic() < end_s:
            executor.spin_once(timeout_sec=LONGEST_WAIT_S)
        executor.shutdown()
    told = {"offered": calling.offered, "busy_s": calling.busy_s, "acknowledged": calling.acknowledged}
    path.write_text(json.dumps(told))
    return 0


def _say_when_ready(calling: Callers, executor: SingleThreadedExecutor) -> None:
    while not calling.is_ready:
        executor.spin_once(timeout_sec=LONGEST_WAIT_S)
    print("ready", flush=True)


class _Wanted:
    """What the standard input asks for, read by a thread."""

    def __init__(self) -> None:
        self.is_on = self.is_over = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.is_on = line.strip() == "on"
        self.is_over = True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
