"""What perception costs for each captured frame, measured in detections."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from signage_bench.figures import Figure, single, summarize
from signage_bench.loads import MS_PER_S, cpu_per_frame
from signage_bench.recording import DetectionCount, Recording

NODE = "face_inference"
EMPTY = "_empty"


def cost_figures(recording: Recording, suffix: str = "") -> list[Figure]:
    """Return the cost of one detection, of perception for each captured frame, and the second by the first.

    Args:
        recording: a run of the graph.
        suffix: end of the figures' names; ``_empty`` for the run in front of a still, empty scene.
    """
    loads = [sample for sample in recording.loads if recording.measured(sample.time_ns)]
    spent = [count for count in recording.detections if recording.measured(count.time_ns)]
    detection = detection_cpu(spent, f"detection_cpu{suffix}")
    frame = cpu_per_frame(f"{NODE}_cpu_per_frame{suffix}", recording, loads, [NODE])
    return [detection, frame, _ratio(f"cost_ratio{suffix}", frame, detection)]


def detection_cpu(counts: Sequence[DetectionCount], name: str = "detection_cpu") -> Figure:
    """Return the processor time of one detection; one sample for each pair of the node's messages."""
    pairs = [(b.images - a.images, b.cpu_s - a.cpu_s) for a, b in itertools.pairwise(counts)]
    steady = [(images, seconds) for images, seconds in pairs if images > 0 and seconds >= 0]
    total = sum(images for images, _ in steady)
    mean = MS_PER_S * sum(seconds for _, seconds in steady) / total if total else None
    return summarize(name, "ms", [MS_PER_S * seconds / images for images, seconds in steady], mean)


def _ratio(name: str, frame: Figure, detection: Figure) -> Figure:
    if frame.mean is None or not detection.mean:
        return single(name, "", None)
    return single(name, "", frame.mean / detection.mean, frame.n)
