"""The logistic function and its inverse: the one place for both."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

_Floats = TypeVar("_Floats", npt.NDArray[np.float32], npt.NDArray[np.float64])


def sigmoid(log_odds: _Floats) -> _Floats:
    """Return the probabilities of log odds; the hyperbolic tangent can't overflow."""
    probabilities: _Floats = (1 + np.tanh(log_odds / 2)) / 2
    return probabilities


def probability_of(log_odds: float) -> float:
    """Return the probability of log odds, both single numbers."""
    return (1 + math.tanh(log_odds / 2)) / 2


def logit(probability: float) -> float:
    """Return the log odds of a probability; infinite at 0 and 1."""
    if not 0 < probability < 1:
        return math.inf if probability >= 1 else -math.inf
    return math.log(probability / (1 - probability))
