"""`bench pipeline`: the real graph on the demo film, with a real browser page and a second client beside it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from signage_common.home import require

from signage_bench import plot, still_film
from signage_bench.browser import require_browser
from signage_bench.costs import EMPTY, cost_figures
from signage_bench.episodes import answers
from signage_bench.figures import Figure
from signage_bench.loads import beside
from signage_bench.machine import file_sha256
from signage_bench.measurement import Measurement, Options
from signage_bench.pipeline_figures import counts, latencies_ms, pipeline_figures
from signage_bench.pipeline_run import record, record_unwatched
from signage_bench.recording import Recording
from signage_bench.ros_observer import quiet_domain
from signage_bench.show import CLASSIFY, PAPER_FRAME, figure_table, verdict_table
from signage_bench.targets import Verdict, judge

_T = TypeVar("_T")
S_PER_MIN = 60.0
STILL_S = 30.0
BUSY_CORES = 0.2
BUSY = "Something else kept the machine busy meanwhile: the graph alone is quicker than this."


def measure(options: Options) -> Measurement:
    """Measure the graph for the minutes given.

    Raises:
        ConfigurationError: film, browser or plotting library is missing.
        BenchError: the graph or the page did not come up, or ended too early.
    """
    film, program = require("film", "demo.webm"), require_browser()
    if options.plot is not None:
        plot.require_matplotlib()
    load_before = os.getloadavg()[0]
    with quiet_domain() as domain_id:
        arguments = {"source": film, "loop": "true"}
        recording, version = _run(record(arguments, program, domain_id, options.minutes * S_PER_MIN))
        still = record_still(domain_id, min(options.minutes * S_PER_MIN, STILL_S))
    if options.plot is not None:
        plot.plot_latencies(options.plot, latencies_ms(answers(recording)))
    conditions = {"film_sha256": file_sha256(film), "browser": version, "load_before": round(load_before, 2)}
    return report(recording, conditions, cost_figures(still, EMPTY))


def record_still(domain_id: int, seconds: float) -> Recording:
    """Record the graph in front of a still, empty scene."""
    with tempfile.TemporaryDirectory(prefix="signage-bench-") as folder:
        film = Path(folder) / "still.avi"
        still_film.write(film)
        return _run(record_unwatched({"source": film, "loop": "true"}, domain_id, seconds))


def _run(recording: Coroutine[Any, Any, _T]) -> _T:
    try:
        return asyncio.run(recording)
    except asyncio.CancelledError:  # by SIGINT or SIGTERM
        raise KeyboardInterrupt from None


def report(recording: Recording, conditions: dict[str, Any], more: Sequence[Figure] = ()) -> Measurement:
    """Return figures, counts and verdicts of a recording and more figures, with the conditions of both."""
    figures = [*pipeline_figures(recording), *more]
    verdicts = judge(figures)
    seen = counts(recording)
    around = beside([sample for sample in recording.loads if recording.measured(sample.time_ns)])
    extras = {
        "conditions": {**conditions, "measured_s": round(recording.measured_s, 1), "cores_beside": around},
        "counts": seen,
        "targets": [_verdict_row(verdict) for verdict in verdicts],
    }
    return Measurement([asdict(figure) for figure in figures], extras, _tables(figures, verdicts, seen, around))


def _verdict_row(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict.target), "unit": verdict.unit, "value": verdict.value, "reached": verdict.reached}


def _tables(
    figures: Sequence[Figure], verdicts: Sequence[Verdict], seen: Mapping[str, int], around: Mapping[str, float]
) -> list[Any]:
    words = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in seen.items())
    cores = ", ".join(f"{name} {cores:.2f}" for name, cores in around.items())
    notes = [f"Seen: {words}.", f"Cores beside the graph: {cores}.", CLASSIFY, PAPER_FRAME]
    if around.get("others", 0.0) > BUSY_CORES:
        notes.insert(2, BUSY)
    return [figure_table("Pipeline", figures), *notes, verdict_table(verdicts)]
