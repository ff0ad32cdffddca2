"""How much the journal keeps a second, and whether decisions wait for it: both in one run, in turn with rests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types
from signage_common.stamps import NS_PER_S

from signage_bench.kept_reports import JournalContent, read_journal
from signage_bench.load_meter import process_cpu_s
from signage_bench.measurement import BenchError, ShowProgress, wait_until
from signage_bench.metrics import NS_PER_MS
from signage_bench.node_process import NodeProcess, NodeToRun, running_nodes
from signage_bench.ros_visits import QUICK, Heard, visits
from signage_bench.short_creatives import write_short_creatives

RATE, CALLERS, PREFIX = 500, 4, "bench"
LONGEST_PHASE_S, END_S = 30.0, 60.0


@dataclass
class RateFigures:
    """What was measured while reports were offered in every second phase.

    Attributes:
        offered: reports that were sent.
        busy_s: how long they were, to the answer to the last one.
        acknowledged_ms: of each acknowledged report, from when it was due to the answer.
        lost: acknowledged reports that the journal does not have.
        doubled: reports that it has more than once.
        problem: why the journal is not whole; empty if it is.
        idle_ms: from capture to decision, in the phases without reports.
        loaded_ms: the same in those with reports.
        journal_cores: cores that the journal took in each phase with reports.
    """

    offered: int
    busy_s: float
    acknowledged_ms: list[float]
    lost: int
    doubled: int
    problem: str
    idle_ms: list[float] = field(default_factory=list)
    loaded_ms: list[float] = field(default_factory=list)
    journal_cores: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Phase:
    """A span in which reports were offered, or were not; nanoseconds since the Unix epoch."""

    is_loaded: bool
    start_ns: int
    end_ns: int
    journal_cores: float


def measure_rates(seconds: float, domain_id: int, folder: Path, show: ShowProgress) -> RateFigures:
    """Run journal and selector, and offer 500 reports a second in every second phase.

    Args:
        seconds: how long in all.
        domain_id: a ROS domain that nobody else uses.
        folder: where everything is kept; empty.
        show: is told how far it is.

    Raises:
        BenchError: something did not start, or ended too early.
        ConfigurationError: something is not installed.
    """
    nodes = [
        NodeToRun("signage_journal", "journal", {"url": folder / "journal.db"}),
        NodeToRun("ad_selector", "ad_selector", {"catalog": write_short_creatives(folder), "journal": True, **QUICK}),
    ]
    result = folder / "reports.json"
    with running_nodes(nodes, domain_id, folder) as processes, visits(domain_id) as heard:
        with _callers(domain_id, result) as callers:
            wait_until(lambda: len(heard.decisions) > 1, "the first decisions", lambda: _check(callers, processes))
            phases = list(_phases(seconds, callers, processes, heard, show))
        for process in reversed(list(processes.values())):
            process.stop()
    return _figures(json.loads(result.read_text()), read_journal(folder / "journal.db", with_proof=True), phases, heard)


def phase_lengths(seconds: float) -> list[float]:
    """Return the lengths of the phases, s: in pairs of one without and one with reports, at most 30 s each."""
    pairs = max(round(seconds / (2 * LONGEST_PHASE_S)), 1)
    return [seconds / (2 * pairs)] * (2 * pairs)


def _phases(
    seconds: float,
    callers: subprocess.Popen[str],
    processes: dict[str, NodeProcess],
    heard: Heard,
    show: ShowProgress,
) -> Iterator[Phase]:
    passed_s = 0.0
    for number, length_s in enumerate(phase_lengths(seconds)):
        is_loaded = number % 2 == 1
        _tell(callers, "on" if is_loaded else "off")
        start_ns, start_cpu_s = time.time_ns(), process_cpu_s(psutil.Process(processes["journal"].pid))
        end_s = time.monotonic() + length_s
        while (left_s := end_s - time.monotonic()) > 0:
            time.sleep(min(left_s, 1.0))
            _check(callers, processes)
            words = f"{RATE} reports a second" if is_loaded else "without reports"
            show(passed_s + length_s - max(left_s, 0.0), f"{words}, {len(heard.decisions)} decisions")
        end_ns = time.time_ns()
        used_s = process_cpu_s(psutil.Process(processes["journal"].pid)) - start_cpu_s
        passed_s += length_s
        yield Phase(is_loaded, start_ns, end_ns, used_s / ((end_ns - start_ns) / NS_PER_S))


def _figures(told: Mapping[str, Any], journal: JournalContent, phases: list[Phase], heard: Heard) -> RateFigures:
    """Return what follows from what the callers told, and from what the journal holds in the end."""
    counts = {number: 0 for number, _ in told["acknowledged"]}
    for report in journal.reports:
        number = 2 * int(report.play_id.rpartition("-")[2]) + (not report.key[1])
        counts[number] = counts.get(number, 0) + 1
    return RateFigures(
        offered=told["offered"],
        busy_s=told["busy_s"],
        acknowledged_ms=[ms for _, ms in told["acknowledged"]],
        lost=sum(count == 0 for count in counts.values()),
        doubled=sum(count > 1 for count in counts.values()),
        problem=journal.problem,
        idle_ms=_delays_ms(heard, phases, is_loaded=False),
        loaded_ms=_delays_ms(heard, phases, is_loaded=True),
        journal_cores=[phase.journal_cores for phase in phases if phase.is_loaded],
    )


def _delays_ms(heard: Heard, phases: list[Phase], is_loaded: bool) -> list[float]:
    """Return how long each decision took whose image was captured in one kind of phase."""
    spans = [(phase.start_ns, phase.end_ns) for phase in phases if phase.is_loaded == is_loaded]
    return [
        (decision.decided_ns - decision.captured_ns) / NS_PER_MS
        for decision in heard.decisions
        if any(start <= decision.captured_ns < end for start, end in spans)
    ]


@contextmanager
def _callers(domain_id: int, result: Path) -> Iterator[subprocess.Popen[str]]:
    """Run those who report; at the end they write what became of it. They rest until they are told."""
    env = {**os.environ, "ROS_DOMAIN_ID": str(domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    words = [str(RATE), str(CALLERS), PREFIX, str(result)]
    command = [sys.executable, "-m", "signage_bench.ros_report_callers", *words]
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None and process.stdin is not None  # both are pipes
            if process.stdout.readline() != "ready\n":
                raise BenchError("those who report did not start")
            yield process
            process.stdin.close()
            if process.wait(END_S) != 0:
                raise BenchError(f"those who report ended with status {process.returncode}")
        finally:
            process.kill()


def _tell(callers: subprocess.Popen[str], word: str) -> None:
    assert callers.stdin is not None  # it is a pipe
    callers.stdin.write(f"{word}\n")
    callers.stdin.flush()


def _check(callers: subprocess.Popen[str], processes: dict[str, NodeProcess]) -> None:
    if callers.poll() is not None:
        raise BenchError(f"those who report ended with status {callers.returncode}")
    for process in processes.values():
        process.check()
