"""Start the process of one detector and read what it tells."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from signage_bench.detectors_contestants import Contestant, Size
from signage_bench.errors import BenchError

NS_PER_MS = 1e6
WORKER = "signage_bench.detectors_worker"


@dataclass
class Answers:
    """What one process told.

    Attributes:
        start_ms: from its start to a detector that is ready, Python's own start included.
        rss_mb: its largest resident memory.
        frames: one for each frame: index, ms, cpu_ms, xyxy_px, scores.
    """

    start_ms: float = 0.0
    rss_mb: float = 0.0
    frames: list[dict[str, Any]] = field(default_factory=list)


def measure_detector(contestant: Contestant, size: Size, rounds: int, on_frame: Callable[[int], None]) -> Answers:
    """Run one detector to its end.

    Args:
        contestant: which.
        size: width and height of the frames.
        rounds: how often each is shown; 0 for once, without a warm-up.
        on_frame: called with the number of frames done.

    Raises:
        BenchError: the process failed.
    """
    answers = Answers()
    words = [contestant.name, str(size[0]), str(size[1]), str(rounds)]
    started_ns = time.monotonic_ns()
    with _running([sys.executable, "-m", WORKER, *words]) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            kind = event.pop("event")
            if kind == "ready":
                answers.start_ms = (event["at_ns"] - started_ns) / NS_PER_MS
            elif kind == "frame":
                answers.frames.append(event)
                on_frame(len(answers.frames))
            else:
                answers.rss_mb = event["rss_mb"]
        _, complaint = process.communicate()
    if process.returncode != 0 or not answers.rss_mb:
        reason = (complaint.strip().splitlines() or [f"status {process.returncode}"])[-1]
        raise BenchError(f"detector {contestant.name} at {size[0]}x{size[1]}: {reason}")
    return answers


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Give a process that is killed if it has not ended when the caller goes on."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
