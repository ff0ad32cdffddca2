"""`bench detectors`: the paper's Chart 1 anew, each detector in a process of its own, all on the same frames."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types
from face_inference.networks.detectors import check_detector
from face_inference.params import FaceInferenceParams
from face_models.samples.counting import MIN_OVERLAP
from face_models.samples.framing import frame
from face_models.samples.photos import load_photos
from signage_common.errors import ConfigurationError
from signage_common.home import require

from signage_bench import plot
from signage_bench.detectors_contestants import CONTESTANTS, PAPER, PAPER_HARDWARE, SIZES, Contestant, Size
from signage_bench.detectors_plot import plot_detectors
from signage_bench.detectors_process import measure_detector
from signage_bench.detectors_rows import DetectorRow, make_row, with_ratios
from signage_bench.detectors_show import PAPER_NOTE, RULE, detector_table, paper_table
from signage_bench.machine import cpu_model
from signage_bench.measurement import Measurement, Options
from signage_bench.progress import Show, showing_progress

MEGABYTE = 1e6
S_PER_MIN = 60.0


def measure(options: Options) -> Measurement:
    """Measure every detector, or with ``quick`` those that take no seconds a frame.

    Raises:
        ConfigurationError: models, photos, a package or memory is missing.
        BenchError: a detector failed.
    """
    contestants = [contestant for contestant in CONTESTANTS if not (options.quick and contestant.slow)]
    check(contestants)
    if options.plot is not None:
        plot.require_matplotlib()
    load_before = os.getloadavg()[0]
    with _stopped_by_sigterm():
        rows = with_ratios(_measure_all(contestants, options.repeat))
    if options.plot is not None:
        cores = len(os.sched_getaffinity(0))
        plot_detectors(options.plot, rows, f"{cpu_model(Path('/proc/cpuinfo').read_text())}, {cores} cores")
    tables = [detector_table(rows, *size) for size in SIZES]
    return Measurement(
        [asdict(row) for row in rows],
        {"detectors": conditions(load_before)},
        [*tables, RULE, paper_table(), PAPER_NOTE],
    )


def check(contestants: Sequence[Contestant]) -> None:
    """Check that everything is there before the first measurement.

    Raises:
        ConfigurationError: something is missing.
    """
    require("models", "manifest.json")
    load_photos()
    free_mb = psutil.virtual_memory().available / MEGABYTE
    for contestant in contestants:
        check_detector(contestant.name)
        if free_mb < contestant.needs_mb:
            raise ConfigurationError(
                f"detector {contestant.name} needs about {contestant.needs_mb} MB, {free_mb:.0f} MB are free; "
                "--quick leaves the slow detectors out"
            )


def conditions(load_before: float) -> dict[str, Any]:
    """Return how the figures came about, and the paper's."""
    return {
        "load_before": round(load_before, 2),
        "threads": FaceInferenceParams().threads,
        "start_score": FaceInferenceParams().start_score,
        "min_overlap": MIN_OVERLAP,
        "frames": "six sample photos, filled to the size with their aspect kept, the faces in the middle",
        "paper": {"hardware": PAPER_HARDWARE, "seconds_per_frame": [asdict(figure) for figure in PAPER]},
    }


def _measure_all(contestants: Sequence[Contestant], repeat: int) -> list[DetectorRow]:
    photos, start_score = load_photos(), FaceInferenceParams().start_score
    jobs = [(contestant, size) for size in SIZES for contestant in contestants]
    costs_s = [_cost_s(contestant, size, repeat, len(photos)) for contestant, size in jobs]
    rows = []
    with showing_progress("measuring detectors", sum(costs_s)) as show:
        timer = _Timer(sum(costs_s), show)
        for (contestant, size), cost_s in zip(jobs, costs_s, strict=True):
            rounds = 0 if contestant.slow else repeat
            timer.begin(contestant, size, max(rounds, 1) * len(photos), cost_s)
            answers = measure_detector(contestant, size, rounds, timer.on_frame)
            rows.append(make_row(contestant, size, answers, [frame(photo, size) for photo in photos], start_score))
            timer.end()
    return rows


def _cost_s(contestant: Contestant, size: Size, repeat: int, photos: int) -> float:
    rounds = 1 if contestant.slow else repeat
    return 0.5 + rounds * photos * contestant.frame_s(size)


class _Timer:
    """Say how far the measurement is, and how long it will still take at the pace so far."""

    def __init__(self, total_s: float, show: Show) -> None:
        self._total_s, self._show = total_s, show
        self._started_s, self._done_s = time.monotonic(), 0.0
        self._words, self._frames, self._cost_s = "", 1, 0.0

    def begin(self, contestant: Contestant, size: Size, frames: int, cost_s: float) -> None:
        self._words, self._frames, self._cost_s = f"{contestant.name} {size[0]}x{size[1]}", frames, cost_s
        self.on_frame(0)

    def on_frame(self, frames: int) -> None:
        done_s = self._done_s + self._cost_s * frames / self._frames
        left = ""
        if done_s > 1:
            left_s = (time.monotonic() - self._started_s) * (self._total_s - done_s) / done_s
            left = (
                f", about {left_s / S_PER_MIN:.0f} min left" if left_s > S_PER_MIN else f", about {left_s:.0f} s left"
            )
        self._show(done_s, f"{self._words}, frame {frames} of {self._frames}{left}")

    def end(self) -> None:
        self._done_s += self._cost_s


@contextlib.contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the measurement as Ctrl-C does."""

    def stop(number: int, stack: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
