"""What a bench is told, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Options:
    """The command line's choices.

    Attributes:
        minutes: how long the running graph is measured, after its warm-up.
        plot: where to write a picture of the figures; None for nowhere.
        repeat: how often a detector is shown each photo.
        quick: leave out the detectors that take seconds a frame.
    """

    minutes: float
    plot: Path | None = None
    repeat: int = 10
    quick: bool = False


@dataclass(frozen=True)
class Measurement:
    """The outcome of one bench.

    Attributes:
        rows: one for each line of ``results`` in the JSON.
        extras: what else the JSON carries, by key.
        tables: what is printed: tables of rich, and lines.
    """

    rows: Sequence[Mapping[str, Any]]
    extras: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Any] = ()
