"""The logistic function and its inverse."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]


def sigmoid(x: Float32) -> Float32:
    """Return the probability of log odds; the hyperbolic tangent can't overflow."""
    y: Float32 = (1 + np.tanh(x / 2)) / 2
    return y


def logit(probability: float) -> float:
    """Return the log odds of a probability; infinite at 0 and 1."""
    if not 0 < probability < 1:
        return math.inf if probability >= 1 else -math.inf
    return math.log(probability / (1 - probability))


def probability_of(log_odds: float) -> float:
    """Return the probability of log odds."""
    return (1 + math.tanh(log_odds / 2)) / 2
