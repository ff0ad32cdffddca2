"""The figures that the pipeline is built to reach, and whether a measurement did."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from signage_bench.figures import Figure

AT_MOST, AT_LEAST = "at most", "at least"
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {AT_MOST: operator.le, AT_LEAST: operator.ge}


@dataclass(frozen=True)
class Target:
    """A limit on one statistic of a figure.

    Attributes:
        figure: name of the figure.
        statistic: ``p50``, ``p95``, ``mean``, ``min`` or ``max``.
        bound: ``at most`` or ``at least``.
        limit: in the unit of the figure.
        digits: decimals that the measured value is rounded to before it is compared.
    """

    figure: str
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
    reached: bool


# Demo film in 1280x720 at 30 frames a second, two cores, browser not counted.
PIPELINE = (
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


def judge(figures: Sequence[Figure], targets: Sequence[Target] = PIPELINE) -> list[Verdict]:
    """Return for each target whether it was reached; one without a measured value was not."""
    by_name = {figure.name: figure for figure in figures}
    return [_judge(target, by_name.get(target.figure)) for target in targets]


def _judge(target: Target, figure: Figure | None) -> Verdict:
    value = None if figure is None else getattr(figure, target.statistic)
    if figure is None or value is None:
        return Verdict(target, "", None, reached=False)
    rounded = round(value, target.digits)
    return Verdict(target, figure.unit, rounded, _COMPARE[target.bound](rounded, target.limit))
