"""One network by one backend, in a process of its own; one line of JSON with times and memory.

Run as ``python -m signage_bench.backends_worker NETWORK BACKEND THREADS RUNS``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from face_inference.networks.backends import make_network
from face_inference.networks.network import Network
from signage_common.home import require

from signage_bench.detectors_worker import MS_PER_S, peak_memory_mb

WARM_UP = 3
SHORTEST_S = 1.0
"""Quick networks are run more often, so that each is measured for this long."""


def main(argv: Sequence[str]) -> int:
    """Measure."""
    name, backend, threads, runs = argv[0], argv[1], int(argv[2]), int(argv[3])
    cv2.setNumThreads(1)  # as in the node
    network = make_network(backend, require("models", "manifest.json").parent, name, threads)
    ready_ns = time.monotonic_ns()
    samples_ms, cpu_ms = measure_network(network, runs)
    memory_mb = peak_memory_mb(Path("/proc/self/status").read_text())
    print(json.dumps({"ready_ns": ready_ns, "samples_ms": samples_ms, "cpu_ms": cpu_ms, "rss_mb": memory_mb}))
    return 0


def measure_network(network: Network, runs: int) -> tuple[list[float], float]:
    """Return the time of each run, and the processor time of one."""
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
