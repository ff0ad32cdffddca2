"""Print figures and verdicts as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from signage_bench.figures import Figure
from signage_bench.targets import Verdict

COLUMNS = ("p50", "p95", "p99", "mean")
PAPER_FRAME = (
    "The paper measured 0.4 to 1 s for a whole frame (fetch, detect, age and gender) on an AWS DeepLens, "
    "and 0.2 to 0.3 s for detection alone; other hardware, so no ratio is drawn."
)
CLASSIFY = "classify: over the frames in which a face was classified; p99 only from 100 samples on."


def show_number(value: float | None) -> str:
    """Return a value with about three digits; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def figure_table(title: str, figures: Sequence[Figure]) -> Table:
    """Return a table of figures."""
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("unit")
    for column in ("n", *COLUMNS):
        table.add_column(column, justify="right")
    for figure in figures:
        values = [show_number(getattr(figure, column)) for column in COLUMNS]
        table.add_row(figure.name, figure.unit, str(figure.n), *values)
    return table


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Return a table of the figures to reach."""
    table = Table(title="Figures to reach (two cores, 1280x720 at 30 frames a second)", title_justify="left")
    for column in ("figure", "to reach", "measured", ""):
        table.add_column(column)
    for verdict in verdicts:
        target = verdict.target
        wanted = f"{target.statistic} {target.bound} {target.limit:g} {verdict.unit}"
        state = "reached" if verdict.reached else "not reached" if verdict.value is not None else "not measured"
        table.add_row(target.figure, wanted, show_number(verdict.value), state)
    return table
