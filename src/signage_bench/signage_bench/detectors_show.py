"""Print the comparison of the detectors, and the paper's beside it."""

from __future__ import annotations

from collections.abc import Sequence

from face_models.samples.counting import MIN_OVERLAP
from rich import box
from rich.table import Table

from signage_bench.detectors_contestants import PAPER, PAPER_HARDWARE
from signage_bench.detectors_rows import DetectorRow
from signage_bench.show import show_number

MS_PER_S = 1000
RULE = (
    f"Found: a box whose score starts a track lies on the face (intersection over union at least {MIN_OVERLAP}). "
    "The frames are the six sample photos, filled to the camera's size with their aspect kept. "
    "/dlib, /slowest: the median divided by that of dlib's, and of the slowest."
)
PAPER_NOTE = f"The paper's figures are from an {PAPER_HARDWARE}: another machine, so no ratio to it is drawn."


def detector_table(rows: Sequence[DetectorRow], width: int, height: int) -> Table:
    """Return the table of one size."""
    table = Table(
        title=f"Detectors at {width}x{height}, one thread",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
    )
    table.add_column("detector", no_wrap=True)
    for column in ("p50 ms", "p95 ms", "found", "false", "start", "MB", "/dlib", "/slowest"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        if row.size == (width, height):
            table.add_row(row.detector, *cells(row))
    return table


def cells(row: DetectorRow) -> list[str]:
    """Return a row's figures as they are shown."""
    times = [show_number(row.ms_p50), show_number(row.ms_p95)]
    quality = [f"{row.found}/{row.truth}", str(row.false_alarms)]
    load = [f"{row.start_ms / MS_PER_S:.1f} s", show_number(row.rss_mb)]
    return [*times, *quality, *load, ratio(row.ratio_to_dlib), ratio(row.ratio_to_slowest)]


def ratio(value: float | None) -> str:
    """Return how many times as long, with two digits that count."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def paper_table() -> Table:
    """Return the paper's Chart 1."""
    table = Table(title=f"The paper's Chart 1, on an {PAPER_HARDWARE}", title_justify="left")
    for column in ("method", "seconds a frame", "the same way here"):
        table.add_column(column)
    for figure in PAPER:
        table.add_row(figure.method, f"{figure.from_s:g} to {figure.to_s:g}", figure.detector)
    return table
