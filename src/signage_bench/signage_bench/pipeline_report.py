"""What a recording of the graph amounts to: the metrics of `bench pipeline`, counts, targets, and their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from signage_bridge.playback import PlaybackEvent

from signage_bench.episodes import (
    TracedDecision,
    complete_episodes,
    decisions_per_episode,
    trace_decisions,
    visible_periods,
)
from signage_bench.load_metrics import (
    cores_outside_graph,
    cost_metrics,
    cpu_metrics,
    frames_captured,
    memory_metrics,
    work_per_frame,
)
from signage_bench.measurement import Measurement
from signage_bench.metric_tables import metric_table, verdict_row, verdict_table
from signage_bench.metrics import (
    AT_LEAST,
    AT_MOST,
    NS_PER_MS,
    Metric,
    Target,
    Verdict,
    judge,
    summarize,
)
from signage_bench.recording import AnalysedFrame, Recording

# Demo film in 1280x720 at 30 frames a second, two cores, browser not counted.
TARGETS = (
    Target("arrival_to_paint", "p95", AT_MOST, 1000),
    Target("capture_to_paint", "p95", AT_MOST, 400),
    Target("capture_to_decision", "p95", AT_MOST, 150),
    Target("overhead", "p50", AT_MOST, 25),
    Target("decisions_per_episode", "min", AT_LEAST, 1),
    Target("decisions_per_episode", "max", AT_MOST, 1),
    Target("frames_captured", "p50", AT_LEAST, 30),
    Target("detections", "p50", AT_LEAST, 9.5),
    Target("cost_ratio", "mean", AT_MOST, 0.5, digits=2),
    Target("cost_ratio_empty", "mean", AT_MOST, 0.3, digits=2),
    Target("cpu_total", "mean", AT_MOST, 1.3, digits=2),
    Target("rss_total", "max", AT_MOST, 900),
    Target("rss_growth", "p50", AT_MOST, 10),
)

TITLE = "Figures to reach (two cores, 1280x720 at 30 frames a second)"
BUSY_CORES = 0.2
BUSY = "Something else kept the machine busy meanwhile: the graph alone is quicker than this."
PAPER_FRAME = (
    "The paper measured 0.4 to 1 s for a whole frame (fetch, detect, age and gender) on an AWS DeepLens, "
    "and 0.2 to 0.3 s for detection alone; other hardware, so no ratio is drawn."
)
CLASSIFY = "classify: over the frames in which a face was classified; p99 only from 100 samples on."


def pipeline_metrics(recording: Recording) -> list[Metric]:
    """Return every metric of the run on the demo film, in the order in which they are shown."""
    loads = recording.measured_loads()
    counts = [count for count in recording.captured if recording.is_measured(count.time_ns)]
    return [
        *_latency_metrics(trace_decisions(recording)),
        *_frame_metrics([frame for frame in recording.frames if recording.is_measured(frame.stamp_ns)]),
        frames_captured(counts),
        summarize("detections", "1/s", [period.frames_per_s for period in visible_periods(recording)]),
        summarize("decisions_per_episode", "count", decisions_per_episode(recording).values()),
        work_per_frame(recording, loads),
        *cost_metrics(recording),
        *cpu_metrics(loads),
        *memory_metrics(loads),
    ]


def _latency_metrics(decisions: Sequence[TracedDecision]) -> list[Metric]:
    return [summarize(name, "ms", samples) for name, samples in latencies_ms(decisions).items()]


def latencies_ms(decisions: Sequence[TracedDecision]) -> dict[str, list[float]]:
    """Return the samples of every latency; each leaves out the decisions that lack its end."""
    painted = [(each, each.painted_ns) for each in decisions if each.painted_ns is not None]
    received = [(each, each.received_ns) for each in decisions if each.received_ns is not None]
    return {
        "arrival_to_paint": [(end - each.arrival_ns) / NS_PER_MS for each, end in painted if each.arrival_ns],
        "capture_to_paint": [(end - each.selection.captured_ns) / NS_PER_MS for each, end in painted],
        "capture_to_client": [(end - each.selection.captured_ns) / NS_PER_MS for each, end in received],
        "capture_to_decision": [_deciding_ms(each) for each in decisions],
        "overhead": [_overhead_ms(each, each.frame) for each in decisions if each.frame is not None],
    }


def _deciding_ms(decision: TracedDecision) -> float:
    return (decision.selection.decided_ns - decision.selection.captured_ns) / NS_PER_MS


def _overhead_ms(decision: TracedDecision, frame: AnalysedFrame) -> float:
    """Return capture to decision less the detection and classification of the frame that brought it."""
    return _deciding_ms(decision) - frame.detect_ms - frame.classify_ms


def _frame_metrics(frames: Sequence[AnalysedFrame]) -> list[Metric]:
    """Return the times of an analysed frame; ``classify`` over those in which a face was classified."""
    return [
        summarize("fetch", "ms", [frame.fetch_ms for frame in frames]),
        summarize("detect", "ms", [frame.detect_ms for frame in frames]),
        summarize("classify", "ms", [frame.classify_ms for frame in frames if frame.classify_ms > 0]),
        summarize("frame", "ms", [frame.fetch_ms + frame.detect_ms + frame.classify_ms for frame in frames]),
    ]


def count_events(recording: Recording) -> dict[str, int]:
    """Return how much was seen, so that what is missing shows."""
    decisions = trace_decisions(recording)
    plays = [play for play in recording.plays if recording.is_measured(play.stamp_ns)]
    frames = [frame for frame in recording.frames if recording.is_measured(frame.stamp_ns)]
    return {
        "episodes": len(complete_episodes(recording)),
        "decisions": len(decisions),
        "received": sum(decision.received_ns is not None for decision in decisions),
        "painted": sum(decision.painted_ns is not None for decision in decisions),
        "plays_failed": sum(play.event is PlaybackEvent.FAILED for play in plays),
        "frames_analysed": len(frames),
        "frames_dropped": sum(frame.dropped for frame in frames),
    }


def report(recording: Recording, conditions: dict[str, Any], others: Sequence[Metric] = ()) -> Measurement:
    """Return the outcome of the bench.

    Args:
        recording: the run on the demo film.
        conditions: under which it was made, as the JSON names them.
        others: metrics of other runs.
    """
    metrics = [*pipeline_metrics(recording), *others]
    verdicts = judge(metrics, TARGETS)
    seen = count_events(recording)
    outside = cores_outside_graph(recording.measured_loads())
    extras = {
        "conditions": {**conditions, "measured_s": round(recording.measured_s, 1), "cores_beside": outside},
        "counts": seen,
        "targets": [verdict_row(verdict) for verdict in verdicts],
    }
    return Measurement([asdict(metric) for metric in metrics], extras, _tables(metrics, verdicts, seen, outside))


def _tables(
    metrics: Sequence[Metric], verdicts: Sequence[Verdict], seen: Mapping[str, int], cores: Mapping[str, float]
) -> list[Any]:
    words = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in seen.items())
    beside = ", ".join(f"{name} {used:.2f}" for name, used in cores.items())
    notes = [f"Seen: {words}.", f"Cores beside the graph: {beside}.", CLASSIFY, PAPER_FRAME]
    if cores.get("others", 0.0) > BUSY_CORES:
        notes.insert(2, BUSY)
    return [metric_table("Pipeline", metrics), *notes, verdict_table(verdicts, TITLE)]
