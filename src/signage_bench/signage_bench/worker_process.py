"""What the processes of one detector or one network have in common: how they start, end, and say why they failed."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG = 1
KILOBYTES_PER_MB = 1e6 / 1024


@contextmanager
def running_worker(module: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    """Run a module with some words; the process is killed if it has not ended when the block is left."""
    command = [sys.executable, "-m", module, *map(str, words)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def failure_reason(process: subprocess.Popen[str], complaint: str) -> str:
    """Return why an ended process failed: the last line of its standard error, else its exit status."""
    return (complaint.strip().splitlines() or [f"status {process.returncode}"])[-1]


def end_with_parent() -> None:
    """Ask the kernel to end this process with the one that started it: a frame may take a minute."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def own_peak_memory_mb() -> float:
    """Return the largest resident memory that this process has had."""
    return peak_memory_mb(Path("/proc/self/status").read_text())


def peak_memory_mb(status: str) -> float:
    """Return the largest resident memory from the text of /proc/self/status; rusage would count the parent's too."""
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return float(line.split()[1]) / KILOBYTES_PER_MB
