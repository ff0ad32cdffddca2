"""The metrics of an evaluation: accuracies, errors, confidence, each with its 95 % interval, for all and for groups.

Intervals: Wilson's for rates, the bootstrap for means; what one person does in many images counts once.
Whether a claimed confidence is kept: Guo et al., "On Calibration of Modern Neural Networks", 2017.
Risk and coverage, how many answers are right against how many faces are answered: El-Yaniv and Wiener, "On the
Foundations of Noise-free Selective Classification", 2010.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from signage_common.demographics import DECADES

from face_models.evaluation.predictions import Bools, Float64, Ints, PredictionTable

Document = dict[str, Any]
Interval = tuple[float, float]

Z = 1.959964
RELIABILITY_BINS = 10
CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_DRAWS, _DRAWS_AT_ONCE = 1000, 50


def compute_metrics(table: PredictionTable) -> Document:
    """Return all metrics, as the JSON document holds them.

    Accuracies and errors are those of all faces, whether the node would answer or not, unless their name ends in
    ``_answered``; ``age_mae_decades_alike`` is the mean of the decades', however many faces each has. Calibration is
    that of the faces which are taken for adults: for no other a gender is ever answered.
    """
    adult = table.is_adult
    by_decade = {str(10 * one): group_metrics(table, table.decade == one) for one in np.unique(table.decade)}
    return {
        **group_metrics(table, np.ones(len(table), bool)),
        "age_mae_decades_alike": float(np.mean([part["age_mae"] for part in by_decade.values()])),
        "by_decade": by_decade,
        "by_gender": {
            name: group_metrics(table, chosen)
            for name, chosen in (("female", ~table.is_male), ("male", table.is_male))
            if chosen.any()
        },
        "by_group": _by_group(table),
        "calibration_error": calibration_error(table.male[adult], table.is_male[adult]),
        "calibration_error_before": calibration_error(table.raw_male[adult], table.is_male[adult]),
        "calibration_n": int(adult.sum()),
        "reliability": [asdict(part) for part in reliability_bins(table.male[adult], table.is_male[adult])],
        "age_within_1_sigma": float((np.abs(table.errors_years) <= table.sigma_years).mean()),
        "age_within_2_sigma": float((np.abs(table.errors_years) <= 2 * table.sigma_years).mean()),
        "risk_coverage": [asdict(one) for one in risk_coverage(table)],
        "confusion": confusion(table),
    }


def group_metrics(table: PredictionTable, chosen: Bools) -> Document:
    """Return the metrics of some faces, with their 95 % intervals."""
    person, answered = table.person[chosen], table.is_answered[chosen]
    right, errors = table.is_right[chosen], table.errors_years[chosen]
    away = np.abs(table.estimated_decade[chosen] - table.decade[chosen])
    rates = {
        "gender_accuracy": (right, person),
        "gender_accuracy_answered": (right[answered], person[answered]),
        "decade_exact": (away == 0, person),
        "decade_within_one": (away <= 1, person),
    }
    means = {"age_mae": np.abs(errors), "age_bias": errors}
    return {
        "n": len(right),
        "persons": len(np.unique(person)),
        "answered": int(answered.sum()),
        **{name: _mean(hits) for name, (hits, _) in rates.items()},
        **{name: _mean(values) for name, values in means.items()},
        "intervals": {
            **{name: rate_interval(hits, of) for name, (hits, of) in rates.items()},
            **{name: mean_interval(values, person) for name, values in means.items()},
        },
    }


def confusion(table: PredictionTable) -> Document:
    """Return how often each label was estimated as what: rows are labels, columns estimates."""
    answers = np.where(table.is_answered, np.where(table.male >= 0.5, 1, 0), 2)
    return {
        "gender_labels": ["female", "male", "unknown"],
        "gender": _count(table.is_male.astype(np.int64), answers, 2, 3),
        "decade": _count(table.decade, table.estimated_decade, DECADES, DECADES),
    }


def _by_group(table: PredictionTable) -> Document:
    names = np.array(table.group, dtype=object)
    return {name: group_metrics(table, names == name) for name in sorted(set(table.group)) if name}


def _count(labels: Ints, estimates: Ints, rows: int, columns: int) -> list[list[int]]:
    counts = np.zeros((rows, columns), np.int64)
    np.add.at(counts, (labels, estimates), 1)
    return counts.tolist()  # type: ignore[no-any-return]  # NumPy says Any


def _mean(values: Float64 | Bools) -> float | None:
    return float(values.mean()) if len(values) else None


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


@dataclass(frozen=True)
class ReliabilityBin:
    """The faces whose confidence lies in one part of [0.5, 1].

    Attributes:
        n: how many.
        confidence: what was claimed on average.
        accuracy: how many of them are right.
    """

    n: int
    confidence: float
    accuracy: float


def reliability_bins(male: Float64, is_male: Bools, bins: int = RELIABILITY_BINS) -> list[ReliabilityBin]:
    """Return claimed and kept confidence, part by part; empty parts are left out."""
    confidence = np.maximum(male, 1 - male)
    is_right = (male >= 0.5) == is_male
    part = np.minimum(((confidence - 0.5) * 2 * bins).astype(int), bins - 1)
    rows = [(confidence[part == one], is_right[part == one]) for one in range(bins)]
    return [
        ReliabilityBin(len(claimed), float(claimed.mean()), float(kept.mean()))
        for claimed, kept in rows
        if len(claimed)
    ]


def calibration_error(male: Float64, is_male: Bools, bins: int = RELIABILITY_BINS) -> float | None:
    """Return the expected calibration error: how far claim and truth are apart, weighted by faces; None of nothing."""
    parts = reliability_bins(male, is_male, bins)
    n = sum(part.n for part in parts)
    return sum(part.n * abs(part.confidence - part.accuracy) for part in parts) / n if n else None


def log_loss(male: Float64, is_male: Bools) -> float:
    """Return the mean negative log likelihood of the labels."""
    likelihood = np.clip(np.where(is_male, male, 1 - male), 1e-9, 1.0)
    return float(-np.log(likelihood).mean())


@dataclass(frozen=True)
class CoveragePoint:
    """How many genders are answered, and how many of them are right, from some confidence on.

    Attributes:
        confidence: the smallest at which a gender is answered.
        answered: faces with an answer.
        coverage: their share of all faces.
        accuracy: how many of them are right; None if none is answered.
        interval: 95 % interval of the accuracy.
    """

    confidence: float
    answered: int
    coverage: float
    accuracy: float | None
    interval: Interval | None


def risk_coverage(table: PredictionTable) -> list[CoveragePoint]:
    """Return coverage and accuracy at a few confidences; no child's and no illegible face is answered."""
    return [_coverage_at(table, confidence) for confidence in CONFIDENCES]


def _coverage_at(table: PredictionTable, confidence: float) -> CoveragePoint:
    is_answered = table.is_adult & table.is_legible & (table.confidence >= confidence)
    right = table.is_right[is_answered]
    accuracy = float(right.mean()) if len(right) else None
    interval = rate_interval(right, table.person[is_answered])
    return CoveragePoint(confidence, len(right), len(right) / len(table), accuracy, interval)


def risk_coverage_curve(table: PredictionTable) -> tuple[Float64, Float64]:
    """Return share answered and accuracy, from the surest face alone to all that may be answered."""
    may_be_answered = table.is_adult & table.is_legible
    order = np.argsort(-table.confidence[may_be_answered], kind="stable")
    right = table.is_right[may_be_answered][order]
    answered = np.arange(1, len(right) + 1)
    return answered / len(table), np.cumsum(right) / answered
