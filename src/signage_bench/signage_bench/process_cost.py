"""What a program costs from its start to its end: time, and the most memory it had."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signage_bench.measurement import BenchError
from signage_bench.worker_process import peak_memory_mb

LOOK_S = 0.02


@dataclass(frozen=True)
class ProcessCost:
    """What one run of a program cost.

    Attributes:
        seconds: from its start to its end, that of Python and all imports included.
        peak_mb: its largest resident memory, as the kernel told it up to 20 ms before its end.
    """

    seconds: float
    peak_mb: float


def run_and_measure(command: Sequence[object]) -> ProcessCost:
    """Run a program with its arguments to its end.

    Raises:
        BenchError: it failed; the message carries the last line that it wrote.
    """
    words, peak_mb = [str(word) for word in command], 0.0
    with tempfile.TemporaryFile() as output:
        start_s = time.monotonic()
        with subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                while process.poll() is None:
                    peak_mb = max(peak_mb, _peak_mb(process.pid))
                    time.sleep(LOOK_S)
            finally:
                process.kill()
        seconds = time.monotonic() - start_s
        if process.returncode != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").split("\n")
            said = next((line for line in reversed(lines) if line.strip()), "it said nothing")
            raise BenchError(f"{' '.join(words[:4])} ... ended with status {process.returncode}: {said}")
    return ProcessCost(seconds, peak_mb)


def _peak_mb(pid: int) -> float:
    with contextlib.suppress(OSError, StopIteration):  # it has just ended, or has no memory any more
        return peak_memory_mb(Path(f"/proc/{pid}/status").read_text())
    return 0.0
