"""What all benches share: their names, what they are told, what they give back, how they show how far they are."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from signage_common.errors import ConfigurationError, SignageError
from signage_common.progress import ProgressLine

ALL = "all"
BENCHES: Mapping[str, str] = {
    "pipeline": "the whole graph on the demo film, with a real browser",
    "detectors": "the paper's ways to find a face and ours, on the same frames",
    "backends": "every network by MXNet, onnxruntime and OpenCV, at one and two threads",
    "journal": "what is kept a second, whether decisions wait for it, what a report takes, kill -9 again and again",
    "replay": "how quickly a recording is decided again, and what recording costs",
}
"""The benches; each is one module of this package with a function ``measure(options)``."""

QUIET_INTERVAL_S = 30.0
START_S, POLL_S = 60.0, 0.2
ShowProgress = Callable[[float, str], None]
"""Takes the seconds that passed and a few words."""


class BenchError(SignageError):
    """The graph, the page, a client or a process could not be brought to the point where it can be measured."""


@dataclass(frozen=True)
class Options:
    """The command line's choices.

    Attributes:
        minutes: how long the running graph is measured, after its warm-up.
        plot: where to write a picture of the metrics; None for nowhere.
        repeat: how often a detector is shown each photo.
        quick: leave out the detectors that take seconds a frame.
        kills: how often journal, bridge and page are killed, all together.
        graph_command: the program that runs a graph with the launch arguments that follow it.
        decide_command: the program that decides a recording, with the arguments that follow it.
        record_command: the program that records, with the arguments that follow it.
    """

    minutes: float
    plot: Path | None = None
    repeat: int = 10
    quick: bool = False
    kills: int = 0
    graph_command: Sequence[str] = ()
    decide_command: Sequence[str] = ()
    record_command: Sequence[str] = ()


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


def benches_named(name: str) -> Sequence[str]:
    """Return the benches that a word of the command line means.

    Raises:
        ConfigurationError: there is no such bench.
    """
    if name == ALL:
        return list(BENCHES)
    if name not in BENCHES:
        raise ConfigurationError(f"unknown bench {name!r}; expected one of {', '.join([*BENCHES, ALL])}")
    return [name]


def run_bench(name: str, options: Options) -> Measurement:
    """Run one bench to its end; its module is imported only now."""
    module = importlib.import_module(f"signage_bench.{name}")
    measurement: Measurement = module.measure(options)
    return measurement


def wait_until(happened: Callable[[], object], what: str, check: Callable[[], None]) -> None:
    """Wait until something is true.

    Args:
        happened: is asked again and again.
        what: is waited for, in words.
        check: raises what has ended meanwhile.

    Raises:
        BenchError: it did not become true in time.
    """
    end_s = time.monotonic() + START_S
    while not happened():
        check()
        if time.monotonic() > end_s:
            raise BenchError(f"waited {START_S:.0f} s in vain for {what}")
        time.sleep(POLL_S)


@contextmanager
def showing_progress(title: str, total_s: float, stream: TextIO | None = None) -> Iterator[ShowProgress]:
    """Give a function that shows how far a measurement of about ``total_s`` is; on standard error by default."""
    line = ProgressLine(stream, QUIET_INTERVAL_S)
    try:
        yield lambda passed_s, words: line.show(f"{title}: {passed_s:.0f} of {total_s:.0f} s: {words}")
    finally:
        line.clear()
