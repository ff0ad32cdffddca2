"""Draw what was measured: how latencies are distributed, and detectors and backends side by side."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError

from signage_bench.backend_process import BackendRow
from signage_bench.detector_cases import PAPER_HARDWARE, PAPER_RESULTS, SIZES
from signage_bench.detector_report import DetectorRow
from signage_bench.metrics import MS_PER_S, format_number

DOTS_PER_INCH = 120
LABEL_POINTS, TITLE_POINTS = 8, 11

DETECTOR_BAR, PAPER_BAR = 0.38, 0.6
SIZE_COLOURS = ("#7fb3d5", "#1f618d")
PAPER_COLOUR = "#a6acaf"
LIMITS_S = (0.004, 1000.0)
TICKS_S = {0.01: "10 ms", 0.1: "100 ms", 1.0: "1 s", 10.0: "10 s", 100.0: "100 s"}

BACKEND_BAR = 0.26
BACKEND_COLOURS = {"mxnet": "#1f618d", "onnxruntime": "#d68910", "opencv": "#229954"}
MARGIN = 1.25


def require_matplotlib() -> None:
    """Check that a chart can be drawn.

    Raises:
        ConfigurationError: matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise ConfigurationError("--plot: needs the package matplotlib, which is not installed")


@contextmanager
def _picture(path: Path, inches: tuple[float, float], rows: int = 1, columns: int = 1, **more: Any) -> Iterator[Any]:
    """Give a figure and its axes; write them as a picture at the end."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(rows, columns, figsize=inches, layout="constrained", **more)
    try:
        yield figure, axes
        figure.savefig(path, dpi=DOTS_PER_INCH)
    finally:
        pyplot.close(figure)


def plot_shares(path: Path, samples_by_name: Mapping[str, Sequence[float]], unit: str = "ms") -> None:
    """Write a picture with one curve for each metric: which share of its samples is at most so much."""
    with _picture(path, (9.0, 5.0)) as (_, axes):
        for name, samples in samples_by_name.items():
            if samples:
                axes.ecdf(samples, label=f"{name} (n = {len(samples)})")
        axes.set(xlabel=unit, ylabel="share of samples", xlim=(0, None))
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right")


def plot_detectors(path: Path, rows: Sequence[DetectorRow], hardware: str) -> None:
    """Write a picture of the detectors on a logarithmic scale, with the paper's chart below it.

    Args:
        path: where to.
        rows: what was measured.
        hardware: on what, in a few words.
    """
    with _picture(path, (9.0, 7.2), 2, sharex=True, height_ratios=(16, 5)) as (_, (ours, paper)):
        _draw_detectors(ours, rows)
        ours.set_title(f"Time a frame on {hardware}, one thread", loc="left", fontsize=TITLE_POINTS)
        _draw_paper(paper)
        paper.set_title(
            f"The paper's Chart 1, on an {PAPER_HARDWARE} (another machine)", loc="left", fontsize=TITLE_POINTS
        )
        paper.set(xscale="log", xlim=LIMITS_S, xlabel="time a frame, logarithmic")
        paper.set_xticks(list(TICKS_S), list(TICKS_S.values()))
        for axes in (ours, paper):
            axes.grid(axis="x", alpha=0.3)
            axes.set_axisbelow(True)
            axes.spines[["top", "right"]].set_visible(False)


def _draw_detectors(axes: Any, rows: Sequence[DetectorRow]) -> None:
    names = list(dict.fromkeys(row.detector for row in rows))
    for turn, (size, colour) in enumerate(zip(SIZES, SIZE_COLOURS, strict=True)):
        chosen = [row for row in rows if row.size == size]
        places = [names.index(row.detector) + (turn - 0.5) * DETECTOR_BAR for row in chosen]
        seconds = [row.ms_p50 / MS_PER_S for row in chosen]
        bars = axes.barh(places, seconds, DETECTOR_BAR, color=colour, label=f"{size[0]}x{size[1]}")
        axes.bar_label(bars, [_detector_label(row) for row in chosen], padding=4, fontsize=LABEL_POINTS)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.legend(loc="upper right", frameon=False)


def _detector_label(row: DetectorRow) -> str:
    is_quick = row.ms_p50 < MS_PER_S
    time = f"{format_number(row.ms_p50)} ms" if is_quick else f"{format_number(row.ms_p50 / MS_PER_S)} s"
    alarms = f", {row.false_alarms} false" if row.false_alarms else ""
    return f"{time}; {row.found} of {row.truth} faces{alarms}"


def _draw_paper(axes: Any) -> None:
    places = range(len(PAPER_RESULTS))
    widths = [result.to_s - result.from_s for result in PAPER_RESULTS]
    starts = [result.from_s for result in PAPER_RESULTS]
    bars = axes.barh(places, widths, PAPER_BAR, left=starts, color=PAPER_COLOUR)
    labels = [f"{result.from_s:g} to {result.to_s:g} s" for result in PAPER_RESULTS]
    axes.bar_label(bars, labels, padding=4, fontsize=LABEL_POINTS)
    axes.set_yticks(places, [result.method for result in PAPER_RESULTS])
    axes.invert_yaxis()


def plot_backends(path: Path, rows: Sequence[BackendRow], hardware: str) -> None:
    """Write a picture with one panel for each network: milliseconds of a run by threads and backend.

    Args:
        path: where to.
        rows: what was measured.
        hardware: on what, in a few words.
    """
    networks = list(dict.fromkeys(row.network for row in rows))
    with _picture(path, (9.0, 9.0), -(-len(networks) // 2), 2, squeeze=False) as (figure, panels):
        figure.suptitle(f"Milliseconds of one run on {hardware}", fontsize=TITLE_POINTS)
        for axes, network in zip(panels.flat, networks, strict=False):
            _draw_network(axes, [row for row in rows if row.network == network])
            axes.set_title(network, loc="left", fontsize=10)
        for axes in panels.flat[len(networks) :]:
            axes.set_axis_off()
        bars, names = panels[0][0].get_legend_handles_labels()
        figure.legend(bars, names, loc="outside lower center", ncols=len(BACKEND_COLOURS), frameon=False)


def _draw_network(axes: Any, rows: Sequence[BackendRow]) -> None:
    threads = sorted({row.threads for row in rows})
    for turn, (backend, colour) in enumerate(BACKEND_COLOURS.items()):
        chosen = [row for row in rows if row.backend == backend]
        places = [threads.index(row.threads) + (turn - 1) * BACKEND_BAR for row in chosen]
        bars = axes.barh(places, [row.ms_p50 for row in chosen], BACKEND_BAR, color=colour, label=backend)
        axes.bar_label(bars, [format_number(row.ms_p50) for row in chosen], padding=3, fontsize=LABEL_POINTS)
    axes.set_yticks(range(len(threads)), [f"{count} thread{'s' * (count > 1)}" for count in threads])
    axes.invert_yaxis()
    axes.set_xlim(0, MARGIN * max(row.ms_p50 for row in rows))
    axes.spines[["top", "right"]].set_visible(False)
