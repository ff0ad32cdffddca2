"""One network run by one backend, in a process of its own that writes one line of JSON: times and memory.

The process is ``python -m signage_bench.backend_process NETWORK BACKEND THREADS RUNS``; `measure_backend` starts it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from face_inference.networks.backends import Network, make_network
from signage_common.home import require

from signage_bench.measurement import BenchError
from signage_bench.metrics import DIGITS, MS_PER_S, NS_PER_MS
from signage_bench.worker_process import end_with_parent, failure_reason, own_peak_memory_mb, running_worker

LONGEST_S = 300.0
WARM_UP = 3
SHORTEST_S = 1.0
"""Quick networks are run more often, so that each is measured for this long."""


@dataclass(frozen=True)
class BackendRow:
    """A network run by a backend in a process of its own.

    Attributes:
        network: such as ``ssd-512x288``.
        backend: mxnet, onnxruntime or opencv.
        threads: how many work on one run.
        runs: how many were measured.
        ms_p50: of one run, an image in and the network's answer out.
        ms_p95: of one run.
        cpu_ms: processor time of one run, all threads together, on average.
        start_ms: from the start of the process to a network that is ready, Python's own start included.
        rss_mb: the largest resident memory of the process.
    """

    network: str
    backend: str
    threads: int
    runs: int
    ms_p50: float
    ms_p95: float
    cpu_ms: float
    start_ms: float
    rss_mb: float


def measure_backend(network: str, backend: str, threads: int, runs: int) -> BackendRow:
    """Run one network by one backend.

    Args:
        network: a name in the folder of models.
        backend: what runs it.
        threads: how many work on one run.
        runs: how many are measured at least.

    Raises:
        BenchError: the process failed, or did not end in time.
    """
    started_ns = time.monotonic_ns()
    with running_worker("signage_bench.backend_process", network, backend, threads, runs) as process:
        try:
            answer, complaint = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            raise BenchError(f"{network} by {backend}: no answer within {LONGEST_S:.0f} s") from None
    if process.returncode != 0:
        raise BenchError(f"{network} by {backend}: {failure_reason(process, complaint)}")
    measured = json.loads(answer)
    p50, p95 = np.percentile(measured["samples_ms"], [50, 95])
    start_ms = (measured["ready_ns"] - started_ns) / NS_PER_MS
    values = [round(float(value), DIGITS) for value in (p50, p95, measured["cpu_ms"], start_ms, measured["rss_mb"])]
    return BackendRow(network, backend, threads, len(measured["samples_ms"]), *values)


def main(argv: Sequence[str]) -> int:
    """Measure in this process."""
    name, backend, threads, runs = argv[0], argv[1], int(argv[2]), int(argv[3])
    end_with_parent()
    cv2.setNumThreads(1)  # as in the node
    network = make_network(backend, require("models", "manifest.json").parent, name, threads)
    ready_ns = time.monotonic_ns()
    samples_ms, cpu_ms = measure_network(network, runs)
    measured = {"ready_ns": ready_ns, "samples_ms": samples_ms, "cpu_ms": cpu_ms, "rss_mb": own_peak_memory_mb()}
    print(json.dumps(measured))
    return 0


def measure_network(network: Network, runs: int) -> tuple[list[float], float]:
    """Return the time of each run, and the processor time of one on average; both in ms."""
    pixels = np.random.default_rng(0).uniform(-1, 1, network.input_shape).astype(np.float32)
    for _ in range(WARM_UP):
        network.run(pixels)
    samples_ms: list[float] = []
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    while len(samples_ms) < runs or time.perf_counter() - start_s < SHORTEST_S:
        run_s = time.perf_counter()
        network.run(pixels)
        samples_ms.append((time.perf_counter() - run_s) * MS_PER_S)
    return samples_ms, (time.process_time() - start_cpu_s) * MS_PER_S / len(samples_ms)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
