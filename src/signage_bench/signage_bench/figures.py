"""One measured figure: how many samples, their percentiles and mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

P99_SAMPLES = 100
DIGITS = 3


@dataclass(frozen=True)
class Figure:
    """A named figure with its unit; every value is None where there are too few samples for it.

    Attributes:
        name: such as ``capture_to_paint``.
        unit: such as ``ms``, ``cores``, ``MB``, ``1/s``.
        n: number of samples.
        p99: needs 100 samples.
    """

    name: str
    unit: str
    n: int
    p50: float | None
    p95: float | None
    p99: float | None
    mean: float | None
    min: float | None
    max: float | None


def summarize(name: str, unit: str, samples: Iterable[float], mean: float | None = None) -> Figure:
    """Return the figure of some samples.

    Args:
        name: name of the figure.
        unit: unit of the samples.
        samples: the values; those that are not finite are left out.
        mean: the exact mean where it is known better than from the samples, as for a rate.
    """
    values = np.asarray(list(samples), dtype=np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Figure(name, unit, 0, None, None, None, None, None, None)
    p50, p95, p99 = (round(float(p), DIGITS) for p in np.percentile(values, [50, 95, 99]))
    average = float(values.mean()) if mean is None else mean
    low, high = float(values.min()), float(values.max())
    enough = values.size >= P99_SAMPLES
    rounded = [round(value, DIGITS) for value in (average, low, high)]
    return Figure(name, unit, int(values.size), p50, p95, p99 if enough else None, *rounded)


def single(name: str, unit: str, value: float | None, n: int = 1) -> Figure:
    """Return a figure that is one value over the whole measurement, made from ``n`` samples."""
    if value is None:
        return summarize(name, unit, [])
    rounded = round(value, DIGITS)
    return Figure(name, unit, n, rounded, None, None, rounded, None, None)


def slope(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Return the slope of the line with the least squared error, or None for fewer than two different x."""
    if len(set(x)) < 2:
        return None
    return float(np.polyfit(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), 1)[0])
