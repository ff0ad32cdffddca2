"""From what a detector told to a row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from face_models.samples.counting import Count, count
from face_models.samples.photos import LabelledImage

from signage_bench.detectors_contestants import Contestant, Size
from signage_bench.detectors_process import Answers

DIGITS = 3


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
        """Return width and height of the frames."""
        return self.width, self.height


def make_row(
    contestant: Contestant, size: Size, answers: Answers, frames: Sequence[LabelledImage], start_score: float
) -> DetectorRow:
    """Return the row of one detector.

    Args:
        contestant: which.
        size: width and height of the frames.
        answers: what it told.
        frames: what it was shown.
        start_score: the smallest score that starts a track, so that a face counts as found.
    """
    p50, p95 = np.percentile([answer["ms"] for answer in answers.frames], [50, 95])
    cpu_ms = np.mean([answer["cpu_ms"] for answer in answers.frames])
    total = count_first_round(answers, frames, start_score)
    return DetectorRow(
        contestant.name,
        contestant.backend,
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


def count_first_round(answers: Answers, frames: Sequence[LabelledImage], start_score: float) -> Count:
    """Return what was found when each frame was shown for the first time."""
    total = Count(0, 0, 0)
    for frame, answer in zip(frames, answers.frames, strict=False):
        boxes = np.array(answer["xyxy_px"], np.float32).reshape(-1, 4)
        total += count(frame.faces_px, boxes[np.array(answer["scores"]) >= start_score])
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
