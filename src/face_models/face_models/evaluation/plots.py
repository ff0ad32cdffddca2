"""The plots of an evaluation: risk and coverage, reliability, ages, decades taken for others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from face_models.evaluation.metrics import confusion, reliability_bins, risk_coverage_curve
from face_models.evaluation.predictions import PredictionTable

_DOTS_PER_INCH = 120


def write_plots(table: PredictionTable, folder: Path) -> list[Path]:
    """Write all plots as PNG files into a folder, which is made; return their paths."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in _PLOTS.items():
        figure, axes = pyplot.subplots(figsize=(6.4, 5.2), layout="constrained")
        draw(axes, table)
        paths.append(folder / f"{name}.png")
        figure.savefig(paths[-1], dpi=_DOTS_PER_INCH)
        pyplot.close(figure)
    return paths


def _risk_coverage(axes: Any, table: PredictionTable) -> None:
    share, accuracy = risk_coverage_curve(table)
    axes.plot(share, accuracy)
    axes.set(xlabel="share of faces answered", ylabel="gender right", xlim=(0, 1), title=f"Gender, {len(table)} faces")
    axes.grid(alpha=0.3)


def _reliability(axes: Any, table: PredictionTable) -> None:
    adult = table.is_adult
    for label, male in (("as the network says", table.raw_male), ("calibrated", table.male)):
        parts = reliability_bins(male[adult], table.is_male[adult])
        axes.plot([part.confidence for part in parts], [part.accuracy for part in parts], "o-", label=label)
    axes.plot([0.5, 1], [0.5, 1], "k:", label="kept exactly")
    axes.set(xlabel="claimed confidence", ylabel="gender right", title=f"{int(adult.sum())} faces taken for adults")
    axes.legend()
    axes.grid(alpha=0.3)


def _age(axes: Any, table: PredictionTable) -> None:
    last = max(float(table.age_years.max()), float(table.estimated_years.max()), 1.0)
    edges = np.arange(0, last + 2.5, 2.5)
    *_, image = axes.hist2d(table.age_years, table.estimated_years, bins=(edges, edges), cmin=1, cmap="viridis")
    axes.plot([0, last], [0, last], "r:", linewidth=1)
    axes.figure.colorbar(image, ax=axes, label="faces")
    axes.set(xlabel="age, years", ylabel="estimated age, years", title=f"Age, {len(table)} faces")


def _confusion(axes: Any, table: PredictionTable) -> None:
    counts = np.array(confusion(table)["decade"], float)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", color=colour, fontsize=8)
    names = [f"{10 * one}s" for one in range(len(counts))]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="estimated decade", ylabel="decade", title=f"Decade, {len(table)} faces")


_PLOTS: dict[str, Callable[[Any, PredictionTable], None]] = {
    "risk-coverage": _risk_coverage,
    "reliability": _reliability,
    "age": _age,
    "confusion": _confusion,
}
