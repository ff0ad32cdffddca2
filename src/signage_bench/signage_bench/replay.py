"""`bench replay`: how quickly a recording is decided again, and what recording costs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from signage_bags.face_bags import crowd, write_face_bag
from signage_common.home import require
from signage_common.stamps import NS_PER_S

from signage_bench import charts
from signage_bench.document import load_average
from signage_bench.measurement import Measurement, Options, showing_progress
from signage_bench.metric_tables import metric_table, verdict_row, verdict_table
from signage_bench.metrics import AT_LEAST, AT_MOST, Metric, Target, judge, single_value, summarize
from signage_bench.process_cost import ProcessCost, run_and_measure
from signage_bench.recorder_load import WARM_UP_S, RecorderLoad, measure_recorder
from signage_bench.ros_observer import quiet_domain
from signage_bench.running_graph import DEVICE, GraphToMeasure

TITLE = "Figures to reach (two cores)"
HOURS, QUICK_HOURS, RUNS = 8.0, 0.5, 3
SEED, BEGAN_NS = 1, 1_795_334_399 * NS_PER_S
S_PER_HOUR, S_PER_MIN = 3600.0, 60.0
EXPECTED_RATIO = 2_000.0
WRITING_S_PER_HOUR = 4.0
TARGETS = (
    Target("decide_speed", "min", AT_LEAST, 1000, digits=0),
    Target("decide_time", "max", AT_MOST, 30),
    Target("decide_rss", "max", AT_MOST, 500),
    Target("cpu_recorder", "mean", AT_MOST, 0.03, digits=3),
    Target("faces_missing", "mean", AT_MOST, 0, digits=0),
)
NOTE = (
    "decide: ./signage decide from its start to its end, on a made-up crowd at ten images a second; cpu_recorder: "
    "beside the graph on the demo film, without images; faces_missing: heard by somebody else and not in the bag."
)


def measure(options: Options) -> Measurement:
    """Measure both.

    Raises:
        ConfigurationError: film, catalogue or plotting library is missing.
        BenchError: something did not start, failed, or ended too early.
    """
    film, catalogue = require("film", "demo.mp4"), require("media", "ads.yaml")
    if options.plot is not None:
        charts.require_matplotlib()
    load_before, hours = load_average(), QUICK_HOURS if options.quick else HOURS
    with tempfile.TemporaryDirectory(prefix="signage-bench-") as folder:
        costs = decide_crowd(options.decide_command, catalogue, hours, Path(folder))
        with quiet_domain() as domain_id:
            load = _record(options, GraphToMeasure(options.graph_command, film, domain_id), Path(folder))
    metrics = [*decide_metrics(costs, hours), *recorder_metrics(load)]
    if options.plot is not None:
        charts.plot_shares(options.plot, {"cpu_recorder": load.cores}, "cores")
    verdicts = judge(metrics, TARGETS)
    conditions = {"load_before": load_before, "decided_hours": hours, "recorded_messages": load.messages}
    return Measurement(
        [asdict(metric) for metric in metrics],
        {"replay": {**conditions, "targets": [verdict_row(verdict) for verdict in verdicts]}},
        [metric_table("Replay", metrics), NOTE, verdict_table(verdicts, TITLE)],
    )


def decide_crowd(command: Sequence[str], catalogue: Path, hours: float, folder: Path) -> list[ProcessCost]:
    """Write a recording of a crowd, and decide it some times."""
    bag, deciding_s = folder / "crowd", hours * S_PER_HOUR / EXPECTED_RATIO
    writing_s = hours * WRITING_S_PER_HOUR
    with showing_progress("deciding", writing_s + RUNS * deciding_s) as show:
        show(0.0, f"writing {hours:g} h of a crowd")
        write_face_bag(bag, crowd(DEVICE, BEGAN_NS, hours, SEED), DEVICE)
        costs = []
        for run in range(RUNS):
            show(writing_s + run * deciding_s, f"{hours:g} h, run {run + 1} of {RUNS}")
            words = [*command, bag, "--catalog", catalogue, "--json", folder / f"{run}.json"]
            costs.append(run_and_measure(words))
    return costs


def decide_metrics(costs: Sequence[ProcessCost], hours: float) -> list[Metric]:
    """Return what deciding again so many hours takes."""
    return [
        summarize("decide_time", "s", [cost.seconds for cost in costs]),
        summarize("decide_speed", "times", [hours * S_PER_HOUR / cost.seconds for cost in costs]),
        summarize("decide_rss", "MB", [cost.peak_mb for cost in costs]),
    ]


def _record(options: Options, graph: GraphToMeasure, folder: Path) -> RecorderLoad:
    seconds = options.minutes * S_PER_MIN
    with showing_progress("measuring", WARM_UP_S + seconds) as show:
        return measure_recorder(graph, options.record_command, seconds, folder, show)


def recorder_metrics(load: RecorderLoad) -> list[Metric]:
    """Return what recording costs, and what is missing."""
    return [
        summarize("cpu_recorder", "cores", load.cores, load.mean_cores),
        single_value("faces_missing", "count", load.missing, load.heard),
    ]
