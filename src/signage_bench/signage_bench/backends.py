"""`bench backends`: every network by every backend, at one and two threads, each in a process of its own."""

from __future__ import annotations

import itertools
import os
from dataclasses import asdict
from pathlib import Path

from face_inference.networks.backends import BACKENDS
from face_models.weights.recipes import RECIPES
from signage_common.home import require

from signage_bench import plot
from signage_bench.backends_process import measure_backend
from signage_bench.backends_row import BackendRow
from signage_bench.backends_show import NOTE, backend_table, plot_backends
from signage_bench.machine import cpu_model
from signage_bench.measurement import Measurement, Options
from signage_bench.progress import showing_progress

THREADS = (1, 2)
RUNS, QUICK_RUNS = 60, 10
JOB_S = 4.0
"""About how long one takes."""


def measure(options: Options) -> Measurement:
    """Measure all of them.

    Raises:
        ConfigurationError: the models or the plotting library are missing.
        BenchError: a process failed.
    """
    require("models", "manifest.json")
    if options.plot is not None:
        plot.require_matplotlib()
    load_before = os.getloadavg()[0]
    rows = _measure_all(QUICK_RUNS if options.quick else RUNS)
    if options.plot is not None:
        cores = len(os.sched_getaffinity(0))
        plot_backends(options.plot, rows, f"{cpu_model(Path('/proc/cpuinfo').read_text())}, {cores} cores")
    conditions = {"backends": {"load_before": round(load_before, 2)}}
    return Measurement([asdict(row) for row in rows], conditions, [backend_table(rows), NOTE])


def _measure_all(runs: int) -> list[BackendRow]:
    jobs = list(itertools.product(RECIPES, BACKENDS, THREADS))
    rows = []
    with showing_progress("measuring backends", len(jobs) * JOB_S) as show:
        for index, (network, backend, threads) in enumerate(jobs):
            show(index * JOB_S, f"{network} by {backend}, {threads} threads, {index + 1} of {len(jobs)}")
            rows.append(measure_backend(network, backend, threads, runs))
    return rows
