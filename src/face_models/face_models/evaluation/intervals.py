"""95 % intervals: Wilson's for rates, the bootstrap for means; what one person does in many images counts once."""

from __future__ import annotations

import math

import numpy as np

from face_models.evaluation.answers import Bools, Float64, Ints

Z = 1.959964
_DRAWS, _DRAWS_AT_ONCE = 1000, 50

Interval = tuple[float, float]


def rate_interval(hits: Bools, person: Ints) -> Interval | None:
    """Return the interval of a rate, None of nothing.

    Images of one person err alike, so there are taken to be as many trials as persons; that is the widest that the
    interval can have to be.
    """
    return wilson(float(hits.mean()), len(np.unique(person))) if len(hits) else None


def wilson(rate: float, trials: int) -> Interval:
    """Return the interval of a rate.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    middle = rate + Z**2 / (2 * trials)
    half = Z * math.sqrt(rate * (1 - rate) / trials + Z**2 / (4 * trials**2))
    below, above = ((middle + sign * half) / (1 + Z**2 / trials) for sign in (-1, 1))
    return max(below, 0.0), min(above, 1.0)


def mean_interval(values: Float64, person: Ints, seed: int = 0) -> Interval | None:
    """Return the interval of a mean by drawing persons with replacement; None of less than two persons.

    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, percentiles.
    """
    _, index = np.unique(person, return_inverse=True)
    counts = np.bincount(index).astype(float)
    if len(counts) < 2:
        return None
    sums = np.bincount(index, values)
    generator = np.random.default_rng(seed)
    shares = np.full(len(counts), 1 / len(counts))
    means = []
    for _ in range(_DRAWS // _DRAWS_AT_ONCE):
        times = generator.multinomial(len(counts), shares, size=_DRAWS_AT_ONCE)
        means.append((times @ sums) / (times @ counts))
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)
