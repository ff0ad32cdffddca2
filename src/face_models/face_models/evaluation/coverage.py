"""Risk and coverage: how many answers are right, against how many faces are answered.

Source: El-Yaniv and Wiener, "On the Foundations of Noise-free Selective Classification", 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from face_models.evaluation.answers import Float64, Table
from face_models.evaluation.intervals import Interval, rate_interval

CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


@dataclass(frozen=True)
class Coverage:
    """What happens when a gender is said from some confidence on.

    Attributes:
        confidence: the smallest that is said.
        answered: faces of which a gender is said.
        coverage: their share of all faces.
        accuracy: how many of them are right; None if none is answered.
        interval: 95 % interval of the accuracy.
    """

    confidence: float
    answered: int
    coverage: float
    accuracy: float | None
    interval: Interval | None


def coverages(table: Table) -> list[Coverage]:
    """Return coverage and accuracy at a few confidences; no child's and no illegible face is answered."""
    return [_at(table, confidence) for confidence in CONFIDENCES]


def _at(table: Table, confidence: float) -> Coverage:
    said = table.is_adult & table.is_legible & (table.confidence >= confidence)
    right = table.is_right[said]
    accuracy = float(right.mean()) if len(right) else None
    interval = rate_interval(right, table.person[said])
    return Coverage(confidence, len(right), len(right) / len(table), accuracy, interval)


def curve(table: Table) -> tuple[Float64, Float64]:
    """Return share answered and accuracy, from the surest face alone to all that may be answered."""
    may_be_said = table.is_adult & table.is_legible
    order = np.argsort(-table.confidence[may_be_said], kind="stable")
    right = table.is_right[may_be_said][order]
    answered = np.arange(1, len(right) + 1)
    return answered / len(table), np.cumsum(right) / answered
