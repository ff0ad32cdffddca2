"""Print and draw the comparison of the backends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from signage_bench.backends_row import BackendRow
from signage_bench.show import show_number

NOTE = (
    "ms: one run of the network alone, without scaling the image and reading the answer; CPU: all threads together; "
    "start and memory: of a fresh process with Python, NumPy, OpenCV and this network."
)
COLOURS = {"mxnet": "#1f618d", "onnxruntime": "#d68910", "opencv": "#229954"}
INCHES, DOTS_PER_INCH = (9.0, 9.0), 120
BAR = 0.26
MARGIN = 1.25


def backend_table(rows: Sequence[BackendRow]) -> Table:
    """Return the table."""
    table = Table(title="Backends", title_justify="left")
    table.add_column("network")
    table.add_column("backend")
    for column in ("threads", "ms p50", "ms p95", "CPU ms", "start ms", "MB"):
        table.add_column(column, justify="right")
    before = ""
    for row in rows:
        figures = (row.ms_p50, row.ms_p95, row.cpu_ms, row.start_ms, row.rss_mb)
        name = row.network if row.network != before else ""
        table.add_row(name, row.backend, str(row.threads), *map(show_number, figures))
        before = row.network
    return table


def plot_backends(path: Path, rows: Sequence[BackendRow], hardware: str) -> None:
    """Write a picture with one panel for each network: milliseconds of a run by threads and backend.

    Args:
        path: where to.
        rows: what was measured.
        hardware: on what, in a few words.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    networks = list(dict.fromkeys(row.network for row in rows))
    figure, panels = pyplot.subplots(-(-len(networks) // 2), 2, figsize=INCHES, layout="constrained", squeeze=False)
    figure.suptitle(f"Milliseconds of one run on {hardware}", fontsize=11)
    for axes, network in zip(panels.flat, networks, strict=False):
        chosen = [row for row in rows if row.network == network]
        threads = sorted({row.threads for row in chosen})
        for turn, backend in enumerate(COLOURS):
            of_backend = [row for row in chosen if row.backend == backend]
            places = [threads.index(row.threads) + (turn - 1) * BAR for row in of_backend]
            bars = axes.barh(places, [row.ms_p50 for row in of_backend], BAR, color=COLOURS[backend], label=backend)
            axes.bar_label(bars, [show_number(row.ms_p50) for row in of_backend], padding=3, fontsize=8)
        axes.set_yticks(range(len(threads)), [f"{count} thread{'s' * (count > 1)}" for count in threads])
        axes.invert_yaxis()
        axes.set_xlim(0, MARGIN * max(row.ms_p50 for row in chosen))
        axes.set_title(network, loc="left", fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels.flat[len(networks) :]:
        axes.set_axis_off()
    figure.legend(
        *panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(COLOURS), frameon=False
    )
    figure.savefig(path, dpi=DOTS_PER_INCH)
    pyplot.close(figure)
