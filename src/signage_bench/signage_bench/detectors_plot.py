"""Draw the comparison of the detectors as bars on a logarithmic scale, the paper's chart below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from signage_bench.detectors_contestants import PAPER, PAPER_HARDWARE, SIZES
from signage_bench.detectors_rows import DetectorRow
from signage_bench.show import show_number

INCHES, DOTS_PER_INCH = (9.0, 7.2), 120
BAR = 0.38
COLOURS = ("#7fb3d5", "#1f618d")
PAPER_COLOUR = "#a6acaf"
LIMITS_S = (0.004, 1000.0)
TICKS = {0.01: "10 ms", 0.1: "100 ms", 1.0: "1 s", 10.0: "10 s", 100.0: "100 s"}


def plot_detectors(path: Path, rows: Sequence[DetectorRow], hardware: str) -> None:
    """Write the picture.

    Args:
        path: where to.
        rows: what was measured.
        hardware: on what, in a few words.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (ours, paper) = pyplot.subplots(
        2, 1, figsize=INCHES, layout="constrained", sharex=True, height_ratios=(16, 5)
    )
    _draw_ours(ours, rows)
    ours.set_title(f"Time a frame on {hardware}, one thread", loc="left", fontsize=11)
    _draw_paper(paper)
    paper.set_title(f"The paper's Chart 1, on an {PAPER_HARDWARE} (another machine)", loc="left", fontsize=11)
    paper.set(xscale="log", xlim=LIMITS_S, xlabel="time a frame, logarithmic")
    paper.set_xticks(list(TICKS), list(TICKS.values()))
    for axes in (ours, paper):
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=DOTS_PER_INCH)
    pyplot.close(figure)


def _draw_ours(axes: Any, rows: Sequence[DetectorRow]) -> None:
    names = list(dict.fromkeys(row.detector for row in rows))
    for turn, (size, colour) in enumerate(zip(SIZES, COLOURS, strict=True)):
        chosen = [row for row in rows if row.size == size]
        places = [names.index(row.detector) + (turn - 0.5) * BAR for row in chosen]
        seconds = [row.ms_p50 / 1000 for row in chosen]
        bars = axes.barh(places, seconds, BAR, color=colour, label=f"{size[0]}x{size[1]}")
        axes.bar_label(bars, [_label(row) for row in chosen], padding=4, fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.legend(loc="upper right", frameon=False)


def _label(row: DetectorRow) -> str:
    time = f"{show_number(row.ms_p50)} ms" if row.ms_p50 < 1000 else f"{show_number(row.ms_p50 / 1000)} s"
    alarms = f", {row.false_alarms} false" if row.false_alarms else ""
    return f"{time}; {row.found} of {row.truth} faces{alarms}"


def _draw_paper(axes: Any) -> None:
    places = range(len(PAPER))
    widths = [figure.to_s - figure.from_s for figure in PAPER]
    starts = [figure.from_s for figure in PAPER]
    bars = axes.barh(places, widths, 0.6, left=starts, color=PAPER_COLOUR)
    axes.bar_label(bars, [f"{figure.from_s:g} to {figure.to_s:g} s" for figure in PAPER], padding=4, fontsize=8)
    axes.set_yticks(places, [figure.method for figure in PAPER])
    axes.invert_yaxis()
