"""`bench backends`: every network by every backend, at one and two threads, each in a process of its own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict

from face_inference.networks.backends import BACKENDS
from face_models.weights.architectures import NETWORKS
from rich.table import Table
from signage_common.home import require

from signage_bench import charts
from signage_bench.backend_process import BackendRow, measure_backend
from signage_bench.document import hardware, load_average
from signage_bench.measurement import Measurement, Options, showing_progress
from signage_bench.metrics import format_number

THREADS = (1, 2)
RUNS, QUICK_RUNS = 60, 10
EXPECTED_S = 4.0
"""About how long one network by one backend takes."""

NOTE = (
    "ms: one run of the network alone, without scaling the image and reading the answer; CPU: all threads together; "
    "start and memory: of a fresh process with Python, NumPy, OpenCV and this network."
)


def measure(options: Options) -> Measurement:
    """Measure all of them.

    Raises:
        ConfigurationError: the models or the plotting library are missing.
        BenchError: a process failed.
    """
    require("models", "manifest.json")
    if options.plot is not None:
        charts.require_matplotlib()
    conditions = {"backends": {"load_before": load_average()}}
    rows = _measure_all(QUICK_RUNS if options.quick else RUNS)
    if options.plot is not None:
        charts.plot_backends(options.plot, rows, hardware())
    return Measurement([asdict(row) for row in rows], conditions, [backend_table(rows), NOTE])


def _measure_all(runs: int) -> list[BackendRow]:
    jobs = list(itertools.product(NETWORKS, BACKENDS, THREADS))
    rows = []
    with showing_progress("measuring backends", len(jobs) * EXPECTED_S) as show:
        for index, (network, backend, threads) in enumerate(jobs):
            words = f"{network} by {backend}, {threads} threads, {index + 1} of {len(jobs)}"
            show(index * EXPECTED_S, words)
            rows.append(measure_backend(network, backend, threads, runs))
    return rows


def backend_table(rows: Sequence[BackendRow]) -> Table:
    """Return a table that names each network once, at its first row."""
    table = Table(title="Backends", title_justify="left")
    table.add_column("network")
    table.add_column("backend")
    for column in ("threads", "ms p50", "ms p95", "CPU ms", "start ms", "MB"):
        table.add_column(column, justify="right")
    before = ""
    for row in rows:
        values = (row.ms_p50, row.ms_p95, row.cpu_ms, row.start_ms, row.rss_mb)
        name = row.network if row.network != before else ""
        table.add_row(name, row.backend, str(row.threads), *map(format_number, values))
        before = row.network
    return table
