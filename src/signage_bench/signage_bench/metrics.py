"""A measured metric with its percentiles, the limits that metrics are to keep, and how numbers are written."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

P99_SAMPLES = 100
DIGITS = 3
AT_MOST, AT_LEAST = "at most", "at least"
NS_PER_MS = 1e6
MS_PER_S = 1000.0
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {AT_MOST: operator.le, AT_LEAST: operator.ge}


@dataclass(frozen=True)
class Metric:
    """A named quantity with its unit; every value is None where there are too few samples for it.

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


def summarize(name: str, unit: str, samples: Iterable[float], mean: float | None = None) -> Metric:
    """Return the metric of some samples.

    Args:
        name: name of the metric.
        unit: unit of the samples.
        samples: the values; those that are not finite are left out.
        mean: the exact mean where it is known better than from the samples, as for a rate.
    """
    values = np.asarray(list(samples), dtype=np.float64)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Metric(name, unit, 0, None, None, None, None, None, None)
    p50, p95, p99 = (round(float(p), DIGITS) for p in np.percentile(values, [50, 95, 99]))
    average = float(values.mean()) if mean is None else mean
    low, high = float(values.min()), float(values.max())
    enough = values.size >= P99_SAMPLES
    rounded = [round(value, DIGITS) for value in (average, low, high)]
    return Metric(name, unit, int(values.size), p50, p95, p99 if enough else None, *rounded)


def single_value(name: str, unit: str, value: float | None, n: int = 1) -> Metric:
    """Return a metric that is one value over the whole measurement, made from ``n`` samples."""
    if value is None:
        return summarize(name, unit, [])
    rounded = round(value, DIGITS)
    return Metric(name, unit, n, rounded, None, None, rounded, None, None)


def slope(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Return the slope of the line with the least squared error, or None for fewer than two different x."""
    if len(set(x)) < 2:
        return None
    return float(np.polyfit(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), 1)[0])


@dataclass(frozen=True)
class Target:
    """A limit on one statistic of a metric.

    Attributes:
        metric: name of the metric.
        statistic: ``p50``, ``p95``, ``mean``, ``min`` or ``max``.
        bound: ``at most`` or ``at least``.
        limit: in the unit of the metric.
        digits: decimals that the measured value is rounded to before it is compared.
    """

    metric: str
    statistic: str
    bound: str
    limit: float
    digits: int = 1


@dataclass(frozen=True)
class Verdict:
    """A target beside what was measured; ``value`` is None where nothing was."""

    target: Target
    unit: str
    value: float | None
    is_reached: bool


def judge(metrics: Sequence[Metric], targets: Sequence[Target]) -> list[Verdict]:
    """Return for each target whether it was reached; one without a measured value was not."""
    by_name = {metric.name: metric for metric in metrics}
    return [_judge(target, by_name.get(target.metric)) for target in targets]


def _judge(target: Target, metric: Metric | None) -> Verdict:
    value = None if metric is None else getattr(metric, target.statistic)
    if metric is None or value is None:
        return Verdict(target, "", None, is_reached=False)
    rounded = round(value, target.digits)
    return Verdict(target, metric.unit, rounded, _COMPARE[target.bound](rounded, target.limit))


def format_number(value: float | None) -> str:
    """Return a value with about three digits; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def format_ratio(value: float | None) -> str:
    """Return how many times as long, with two digits that count; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
