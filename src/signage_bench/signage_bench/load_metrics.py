"""Processor time and memory of the programs of the graph, and what perception costs for each captured frame."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from signage_common.stamps import NS_PER_S

from signage_bench.metrics import MS_PER_S, Metric, single_value, slope, summarize
from signage_bench.recording import CaptureCount, DetectionCost, Load, LoadSample, Recording

FACE_INFERENCE = "face_inference"
PERCEPTION = ("camera", FACE_INFERENCE)
EMPTY = "_empty"
"""End of the names of the metrics before a still, empty scene."""

S_PER_10_MIN = 600.0
SHORTEST_NS = 500_000_000


def node_names(samples: Iterable[LoadSample]) -> list[str]:
    """Return the names of all programs that were seen, sorted."""
    return sorted({name for sample in samples for name in sample.loads})


def cpu_metrics(samples: Sequence[LoadSample]) -> list[Metric]:
    """Return the cores in use, over all and for each node; the mean is exact, the percentiles are of the seconds."""
    groups = {"total": node_names(samples), **{name: [name] for name in node_names(samples)}}
    return [_cpu_metric(f"cpu_{title}", samples, names) for title, names in groups.items()]


def _cpu_metric(name: str, samples: Sequence[LoadSample], nodes: Sequence[str]) -> Metric:
    if len(samples) < 2:
        return summarize(name, "cores", [])
    times_s = np.array([sample.time_ns / NS_PER_S for sample in samples])
    used_s = np.array([cpu_seconds(sample, nodes) for sample in samples])
    mean = float((used_s[-1] - used_s[0]) / (times_s[-1] - times_s[0]))
    return summarize(name, "cores", np.diff(used_s) / np.diff(times_s), mean)


def cpu_seconds(sample: LoadSample, nodes: Iterable[str]) -> float:
    """Return the processor time of some nodes since their start."""
    return sum(sample.loads[node].cpu_s for node in nodes if node in sample.loads)


def memory_metrics(samples: Sequence[LoadSample]) -> list[Metric]:
    """Return resident memory, over all and for each node, its proportional share, and its growth."""
    names = node_names(samples)
    groups = {"total": names, **{name: [name] for name in names}}
    rss = [
        summarize(f"rss_{title}", "MB", [_rss_mb(sample, nodes) for sample in samples])
        for title, nodes in groups.items()
    ]
    shares = [_pss_metric(title, samples, nodes) for title, nodes in groups.items()]
    return [*rss, *shares, rss_growth(samples)]


def _rss_mb(sample: LoadSample, nodes: Iterable[str]) -> float:
    return sum(sample.loads[node].rss_mb for node in nodes if node in sample.loads)


def _pss_metric(title: str, samples: Sequence[LoadSample], nodes: Iterable[str]) -> Metric:
    chosen = [[sample.loads[node] for node in nodes if node in sample.loads] for sample in samples]
    sums = [_pss_mb(loads) for loads in chosen]
    return summarize(f"pss_{title}", "MB", [value for value in sums if value is not None])


def _pss_mb(loads: Sequence[Load]) -> float | None:
    shares = [load.pss_mb for load in loads]
    return sum(filter(None, shares)) if shares and None not in shares else None


def rss_growth(samples: Sequence[LoadSample]) -> Metric:
    """Return how fast the resident memory of the graph grew: the slope of a line through all samples."""
    names = node_names(samples)
    per_s = slope([s.time_ns / NS_PER_S for s in samples], [_rss_mb(sample, names) for sample in samples])
    return single_value("rss_growth", "MB/10min", None if per_s is None else per_s * S_PER_10_MIN, len(samples))


def cores_outside_graph(samples: Sequence[LoadSample]) -> dict[str, float]:
    """Return the cores that went to what is not counted: ``browser``, ``bench``, and ``others`` on the machine."""
    if len(samples) < 2:
        return {}
    first, last = samples[0], samples[-1]
    seconds = (last.time_ns - first.time_ns) / NS_PER_S
    used = {name: (last.outside_s[name] - first.outside_s[name]) / seconds for name in first.outside_s}
    names = node_names(samples)
    graph = (cpu_seconds(last, names) - cpu_seconds(first, names)) / seconds
    others = used["machine"] - used["browser"] - used["bench"] - graph
    return {"browser": round(used["browser"], 2), "bench": round(used["bench"], 2), "others": round(others, 2)}


def frames_captured(counts: Sequence[CaptureCount]) -> Metric:
    """Return the frames captured per second; one sample for each pair of the camera's messages."""
    spaced = _spaced(counts)
    pairs = [(b.frames - a.frames, (b.time_ns - a.time_ns) / NS_PER_S) for a, b in itertools.pairwise(spaced)]
    steady = [(frames, seconds) for frames, seconds in pairs if frames >= 0 and seconds > 0]
    total_s = sum(seconds for _, seconds in steady)
    mean = sum(frames for frames, _ in steady) / total_s if total_s else None
    return summarize("frames_captured", "1/s", [frames / seconds for frames, seconds in steady], mean)


def _spaced(counts: Sequence[CaptureCount]) -> list[CaptureCount]:
    """Leave out what the camera says beside its rhythm, when its state changes: too close for a rate."""
    kept = list(counts[:1])
    for count in counts[1:]:
        if count.time_ns - kept[-1].time_ns >= SHORTEST_NS:
            kept.append(count)
    return kept


def work_per_frame(recording: Recording, samples: Sequence[LoadSample]) -> Metric:
    """Return the processor time of camera and perception per captured frame."""
    return cpu_per_frame("work_per_frame", recording, samples, PERCEPTION)


def cpu_per_frame(name: str, recording: Recording, samples: Sequence[LoadSample], nodes: Sequence[str]) -> Metric:
    """Return the processor time of some nodes per captured frame; one sample for each second."""
    counts = recording.captured
    known = [sample for sample in samples if counts and counts[0].time_ns <= sample.time_ns <= counts[-1].time_ns]
    if len(known) < 2:
        return summarize(name, "ms", [])
    times = [sample.time_ns for sample in known]
    frames = np.diff(np.interp(times, [count.time_ns for count in counts], [count.frames for count in counts]))
    used_ms = np.diff([cpu_seconds(sample, nodes) * MS_PER_S for sample in known])
    moving = frames > 0
    mean = float(used_ms.sum() / frames.sum()) if moving.any() else None
    return summarize(name, "ms", used_ms[moving] / frames[moving], mean)


def cost_metrics(recording: Recording, suffix: str = "") -> list[Metric]:
    """Return the cost of one detection, of perception for each captured frame, and the second by the first.

    Args:
        recording: a run of the graph.
        suffix: end of the metrics' names; ``_empty`` for the run in front of a still, empty scene.
    """
    loads = recording.measured_loads()
    spent = [count for count in recording.detections if recording.is_measured(count.time_ns)]
    detection = detection_cpu(spent, f"detection_cpu{suffix}")
    frame = cpu_per_frame(f"{FACE_INFERENCE}_cpu_per_frame{suffix}", recording, loads, [FACE_INFERENCE])
    return [detection, frame, _ratio(f"cost_ratio{suffix}", frame, detection)]


def detection_cpu(counts: Sequence[DetectionCost], name: str = "detection_cpu") -> Metric:
    """Return the processor time of one detection; one sample for each pair of the node's messages."""
    pairs = [(b.images - a.images, b.cpu_s - a.cpu_s) for a, b in itertools.pairwise(counts)]
    steady = [(images, seconds) for images, seconds in pairs if images > 0 and seconds >= 0]
    total = sum(images for images, _ in steady)
    mean = MS_PER_S * sum(seconds for _, seconds in steady) / total if total else None
    return summarize(name, "ms", [MS_PER_S * seconds / images for images, seconds in steady], mean)


def _ratio(name: str, frame: Metric, detection: Metric) -> Metric:
    if frame.mean is None or not detection.mean:
        return single_value(name, "", None)
    return single_value(name, "", frame.mean / detection.mean, frame.n)
