"""`bench detectors`: the paper's Chart 1 anew, each detector in a process of its own, all on the same frames."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import psutil  # type: ignore[import-untyped]  # it has no types
from face_inference.networks.detectors import check_detector
from face_inference.params import FaceInferenceParams
from face_models.samples.photos import MIN_OVERLAP, load_photos, scale_and_crop
from signage_common.errors import ConfigurationError
from signage_common.home import require

from signage_bench import charts
from signage_bench.detector_cases import DETECTOR_CASES, PAPER_HARDWARE, PAPER_RESULTS, SIZES, DetectorCase, Size
from signage_bench.detector_process import measure_detector
from signage_bench.detector_report import (
    PAPER_NOTE,
    RULE,
    DetectorRow,
    detector_table,
    make_detector_row,
    paper_table,
    with_ratios,
)
from signage_bench.document import hardware, load_average
from signage_bench.measurement import Measurement, Options, ShowProgress, showing_progress

MEGABYTE = 1e6
S_PER_MIN = 60.0


def measure(options: Options) -> Measurement:
    """Measure every detector, or with ``quick`` those that take no seconds a frame.

    Raises:
        ConfigurationError: models, photos, a package or memory is missing.
        BenchError: a detector failed.
    """
    cases = [case for case in DETECTOR_CASES if not (options.quick and case.is_slow)]
    check_available(cases)
    if options.plot is not None:
        charts.require_matplotlib()
    load_before = load_average()
    rows = with_ratios(_measure_all(cases, options.repeat))
    if options.plot is not None:
        charts.plot_detectors(options.plot, rows, hardware())
    tables = [detector_table(rows, *size) for size in SIZES]
    return Measurement(
        [asdict(row) for row in rows],
        {"detectors": _conditions(load_before)},
        [*tables, RULE, paper_table(), PAPER_NOTE],
    )


def check_available(cases: Sequence[DetectorCase]) -> None:
    """Check before the first measurement that models, photos, packages and memory for all of them are there.

    Raises:
        ConfigurationError: something is missing.
    """
    require("models", "manifest.json")
    load_photos()
    free_mb = psutil.virtual_memory().available / MEGABYTE
    for case in cases:
        check_detector(case.name)
        if free_mb < case.needs_mb:
            raise ConfigurationError(
                f"detector {case.name} needs about {case.needs_mb} MB, {free_mb:.0f} MB are free; "
                "--quick leaves the slow detectors out"
            )


def _conditions(load_before: float) -> dict[str, Any]:
    """Return how the rows came about, and the paper's own results."""
    return {
        "load_before": load_before,
        "threads": FaceInferenceParams().threads,
        "start_score": FaceInferenceParams().start_score,
        "min_overlap": MIN_OVERLAP,
        "frames": "six sample photos, filled to the size with their aspect kept, the faces in the middle",
        "paper": {"hardware": PAPER_HARDWARE, "seconds_per_frame": [asdict(result) for result in PAPER_RESULTS]},
    }


def _measure_all(cases: Sequence[DetectorCase], repeat: int) -> list[DetectorRow]:
    photos, start_score = load_photos(), FaceInferenceParams().start_score
    jobs = [(case, size) for size in SIZES for case in cases]
    costs_s = [_cost_s(case, size, repeat, len(photos)) for case, size in jobs]
    rows = []
    with showing_progress("measuring detectors", sum(costs_s)) as show:
        progress = _Progress(sum(costs_s), show)
        for (case, size), cost_s in zip(jobs, costs_s, strict=True):
            rounds = 0 if case.is_slow else repeat
            progress.begin(case, size, max(rounds, 1) * len(photos), cost_s)
            answers = measure_detector(case, size, rounds, progress.on_frame)
            rows.append(
                make_detector_row(case, size, answers, [scale_and_crop(photo, size) for photo in photos], start_score)
            )
            progress.end()
    return rows


def _cost_s(case: DetectorCase, size: Size, repeat: int, photos: int) -> float:
    rounds = 1 if case.is_slow else repeat
    return 0.5 + rounds * photos * case.expected_frame_s(size)


class _Progress:
    """Show how far the measurement is, and how long it will still take at the pace so far."""

    def __init__(self, total_s: float, show: ShowProgress) -> None:
        self._total_s, self._show = total_s, show
        self._started_s, self._done_s = time.monotonic(), 0.0
        self._title, self._frames, self._cost_s = "", 1, 0.0

    def begin(self, case: DetectorCase, size: Size, frames: int, cost_s: float) -> None:
        self._title, self._frames, self._cost_s = f"{case.name} {size[0]}x{size[1]}", frames, cost_s
        self.on_frame(0)

    def on_frame(self, frames: int) -> None:
        done_s = self._done_s + self._cost_s * frames / self._frames
        left = ""
        if done_s > 1:
            left_s = (time.monotonic() - self._started_s) * (self._total_s - done_s) / done_s
            left = (
                f", about {left_s / S_PER_MIN:.0f} min left" if left_s > S_PER_MIN else f", about {left_s:.0f} s left"
            )
        self._show(done_s, f"{self._title}, frame {frames} of {self._frames}{left}")

    def end(self) -> None:
        self._done_s += self._cost_s
