"""Whether a claimed confidence is kept.

Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_models.evaluation.answers import Bools, Float64

BINS = 10


@dataclass(frozen=True)
class Bin:
    """The faces whose confidence lies in one part of [0.5, 1].

    Attributes:
        n: how many.
        confidence: what was claimed on average.
        accuracy: how many of them are right.
    """

    n: int
    confidence: float
    accuracy: float


def reliability(male: Float64, is_male: Bools, bins: int = BINS) -> list[Bin]:
    """Return claimed and kept confidence, part by part; empty parts are left out."""
    confidence = np.maximum(male, 1 - male)
    is_right = (male >= 0.5) == is_male
    part = np.minimum(((confidence - 0.5) * 2 * bins).astype(int), bins - 1)
    rows = [(confidence[part == one], is_right[part == one]) for one in range(bins)]
    return [Bin(len(claimed), float(claimed.mean()), float(kept.mean())) for claimed, kept in rows if len(claimed)]


def calibration_error(male: Float64, is_male: Bools, bins: int = BINS) -> float | None:
    """Return the expected calibration error: how far claim and truth are apart, weighted by faces; None of nothing."""
    parts = reliability(male, is_male, bins)
    n = sum(part.n for part in parts)
    return sum(part.n * abs(part.confidence - part.accuracy) for part in parts) / n if n else None


def log_loss(male: Float64, is_male: Bools) -> float:
    """Return the mean negative log likelihood of the labels."""
    likelihood = np.clip(np.where(is_male, male, 1 - male), 1e-9, 1.0)
    return float(-np.log(likelihood).mean())
