"""How long people stayed and looked, counted in classes, so that no single one of them is kept."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

EDGES_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""Where a class ends and the next one begins, seconds; as in signage_msgs/Presence."""
CLASSES = len(EDGES_S) + 1


def histogram(durations_s: Iterable[float]) -> tuple[int, ...]:
    """Count durations in seconds by class; an edge belongs to the class above it."""
    counts = [0] * CLASSES
    for duration_s in durations_s:
        counts[bisect.bisect_right(EDGES_S, duration_s)] += 1
    return tuple(counts)
