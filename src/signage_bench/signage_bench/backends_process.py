"""Start the process of one network and one backend, and read what it tells."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import numpy as np

from signage_bench.backends_row import BackendRow
from signage_bench.errors import BenchError

NS_PER_MS = 1e6
LONGEST_S = 300.0
DIGITS = 3
WORKER = "signage_bench.backends_worker"


def measure_backend(network: str, backend: str, threads: int, runs: int) -> BackendRow:
    """Run one network by one backend.

    Args:
        network: a name in the folder of models.
        backend: what runs it.
        threads: how many work on one run.
        runs: how many are measured at least.

    Raises:
        BenchError: the process failed.
    """
    command = [sys.executable, "-m", WORKER, network, backend, str(threads), str(runs)]
    started_ns = time.monotonic_ns()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise BenchError(f"{network} by {backend}: no answer within {LONGEST_S:.0f} s") from error
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise BenchError(f"{network} by {backend}: {reason}")
    told = json.loads(done.stdout)
    p50, p95 = np.percentile(told["samples_ms"], [50, 95])
    figures = (p50, p95, told["cpu_ms"], (told["ready_ns"] - started_ns) / NS_PER_MS, told["rss_mb"])
    return BackendRow(network, backend, threads, len(told["samples_ms"]), *(round(float(f), DIGITS) for f in figures))
