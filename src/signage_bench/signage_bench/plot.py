"""Draw how the latencies are distributed."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

from signage_common.errors import ConfigurationError

INCHES, DOTS_PER_INCH = (9.0, 5.0), 120


def require_matplotlib() -> None:
    """Check that a plot can be drawn.

    Raises:
        ConfigurationError: matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise ConfigurationError("--plot: needs the package matplotlib, which is not installed")


def plot_latencies(path: Path, latencies_ms: Mapping[str, Sequence[float]]) -> None:
    """Write a picture with one curve for each latency: which share of the samples took at most so long."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=INCHES, layout="constrained")
    for name, samples in latencies_ms.items():
        if not samples:
            continue
        axes.ecdf(samples, label=f"{name} (n = {len(samples)})")
    axes.set(xlabel="ms", ylabel="share of samples", xlim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=DOTS_PER_INCH)
    pyplot.close(figure)
