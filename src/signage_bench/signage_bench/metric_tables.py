"""Metrics and the targets that they are to reach, as tables and as the JSON has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from signage_bench.metrics import Metric, Verdict, format_number

STATISTICS = ("p50", "p95", "p99", "mean")


def metric_table(title: str, metrics: Sequence[Metric]) -> Table:
    """Return a table with one line for each metric."""
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("unit")
    for column in ("n", *STATISTICS):
        table.add_column(column, justify="right")
    for metric in metrics:
        values = [format_number(getattr(metric, column)) for column in STATISTICS]
        table.add_row(metric.name, metric.unit, str(metric.n), *values)
    return table


def verdict_table(verdicts: Sequence[Verdict], title: str) -> Table:
    """Return a table of the targets and what was measured of each."""
    table = Table(title=title, title_justify="left")
    for column in ("figure", "to reach", "measured", ""):
        table.add_column(column)
    for verdict in verdicts:
        target = verdict.target
        wanted = f"{target.statistic} {target.bound} {target.limit:g} {verdict.unit}"
        state = "reached" if verdict.is_reached else "not reached" if verdict.value is not None else "not measured"
        table.add_row(target.metric, wanted, format_number(verdict.value), state)
    return table


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """Return a target beside what was measured, as the JSON has it."""
    target = asdict(verdict.target)
    measured = {"unit": verdict.unit, "value": verdict.value, "reached": verdict.is_reached}
    return {"figure": target.pop("metric"), **target, **measured}
