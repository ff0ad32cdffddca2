"""What the detectors' answers amount to: a row for each detector and size, and the tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from face_models.samples.photos import MIN_OVERLAP, DetectionCount, LabelledImage, count_detections
from rich import box
from rich.table import Table

from signage_bench.detector_cases import PAPER_HARDWARE, PAPER_RESULTS, DetectorCase, Size
from signage_bench.detector_process import DetectorAnswers
from signage_bench.metrics import DIGITS, MS_PER_S, format_number, format_ratio

RULE = (
    f"Found: a box whose score starts a track lies on the face (intersection over union at least {MIN_OVERLAP}). "
    "The frames are the six sample photos, filled to the camera's size with their aspect kept. "
    "/dlib, /slowest: the median divided by that of dlib's, and of the slowest."
)
PAPER_NOTE = f"The paper's figures are from an {PAPER_HARDWARE}: another machine, so no ratio to it is drawn."


@dataclass(frozen=True)
class DetectorRow:
    """One detector at one size.

    Attributes:
        detector: its name.
        backend: the library that does the arithmetic.
        width: of the frames, px.
        height: of the frames, px.
        frames: how many were measured.
        ms_p50: time of a frame, median.
        ms_p95: the same, 95th percentile.
        cpu_ms: processor time of a frame, mean.
        truth: faces in the frames.
        found: of these.
        false_alarms: boxes that lie on no face.
        start_ms: from the start of a process to a detector that is ready.
        rss_mb: largest resident memory of that process.
        ratio_to_dlib: ms_p50 divided by that of dlib's HOG detector at the same size; None without that.
        ratio_to_slowest: ms_p50 divided by that of the slowest at the same size.
    """

    detector: str
    backend: str
    width: int
    height: int
    frames: int
    ms_p50: float
    ms_p95: float
    cpu_ms: float
    truth: int
    found: int
    false_alarms: int
    start_ms: float
    rss_mb: float
    ratio_to_dlib: float | None = None
    ratio_to_slowest: float | None = None

    @property
    def size(self) -> Size:
        """Width and height of the frames, px."""
        return self.width, self.height


def make_detector_row(
    case: DetectorCase, size: Size, answers: DetectorAnswers, frames: Sequence[LabelledImage], start_score: float
) -> DetectorRow:
    """Return the row of one detector.

    Args:
        case: which.
        size: width and height of the frames.
        answers: what its process answered.
        frames: what it was shown.
        start_score: the smallest score that starts a track, so that a face counts as found.
    """
    p50, p95 = np.percentile([answer["ms"] for answer in answers.frames], [50, 95])
    cpu_ms = np.mean([answer["cpu_ms"] for answer in answers.frames])
    total = count_first_round(answers, frames, start_score)
    return DetectorRow(
        case.name,
        case.backend,
        *size,
        len(answers.frames),
        _rounded(p50),
        _rounded(p95),
        _rounded(cpu_ms),
        total.truth,
        total.found,
        total.false_alarms,
        _rounded(answers.start_ms),
        _rounded(answers.rss_mb),
    )


def count_first_round(answers: DetectorAnswers, frames: Sequence[LabelledImage], start_score: float) -> DetectionCount:
    """Return what was found when each frame was shown for the first time."""
    total = DetectionCount(0, 0, 0)
    for frame, answer in zip(frames, answers.frames, strict=False):
        boxes = np.array(answer["xyxy_px"], np.float32).reshape(-1, 4)
        total += count_detections(frame.faces_px, boxes[np.array(answer["scores"]) >= start_score])
    return total


def with_ratios(rows: Sequence[DetectorRow]) -> list[DetectorRow]:
    """Return the rows with the ratios to dlib and to the slowest of the same size."""
    slowest = {size: max(row.ms_p50 for row in rows if row.size == size) for size in {row.size for row in rows}}
    dlib = {row.size: row.ms_p50 for row in rows if row.detector == "dlib"}
    return [
        replace(
            row,
            ratio_to_dlib=_rounded(row.ms_p50 / dlib[row.size]) if row.size in dlib else None,
            ratio_to_slowest=_rounded(row.ms_p50 / slowest[row.size]),
        )
        for row in rows
    ]


def _rounded(value: float) -> float:
    """Return a value with a few digits that count."""
    return float(f"{value:.{DIGITS}g}") if value < 10**DIGITS else round(float(value))


def detector_table(rows: Sequence[DetectorRow], width: int, height: int) -> Table:
    """Return the table of one size, narrow enough for a terminal of 80 columns."""
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
            table.add_row(row.detector, *_cells(row))
    return table


def _cells(row: DetectorRow) -> list[str]:
    times = [format_number(row.ms_p50), format_number(row.ms_p95)]
    quality = [f"{row.found}/{row.truth}", str(row.false_alarms)]
    load = [f"{row.start_ms / MS_PER_S:.1f} s", format_number(row.rss_mb)]
    return [*times, *quality, *load, format_ratio(row.ratio_to_dlib), format_ratio(row.ratio_to_slowest)]


def paper_table() -> Table:
    """Return the paper's Chart 1 as a table."""
    table = Table(title=f"The paper's Chart 1, on an {PAPER_HARDWARE}", title_justify="left")
    for column in ("method", "seconds a frame", "the same way here"):
        table.add_column(column)
    for result in PAPER_RESULTS:
        table.add_row(result.method, f"{result.from_s:g} to {result.to_s:g}", result.detector)
    return table
