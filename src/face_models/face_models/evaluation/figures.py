"""The figures of an evaluation, as the JSON document holds them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from signage_common.demographics import DECADES

from face_models.evaluation.answers import Bools, Float64, Ints, Table
from face_models.evaluation.coverage import coverages
from face_models.evaluation.intervals import mean_interval, rate_interval
from face_models.evaluation.reliability import calibration_error, reliability

Document = dict[str, Any]


def measure(table: Table) -> Document:
    """Return all figures.

    Accuracies and errors are those of all faces, whether the node would answer or not, unless their name ends in
    ``_answered``; ``age_mae_decades_alike`` is the mean of the decades', however many faces each has. Calibration is
    that of the faces which are taken for adults: of no other a gender is ever said.
    """
    adult = table.is_adult
    by_decade = {str(10 * one): summarise(table, table.decade == one) for one in np.unique(table.decade)}
    return {
        **summarise(table, np.ones(len(table), bool)),
        "age_mae_decades_alike": float(np.mean([part["age_mae"] for part in by_decade.values()])),
        "by_decade": by_decade,
        "by_gender": {
            name: summarise(table, chosen)
            for name, chosen in (("female", ~table.is_male), ("male", table.is_male))
            if chosen.any()
        },
        "by_group": _by_group(table),
        "calibration_error": calibration_error(table.male[adult], table.is_male[adult]),
        "calibration_error_before": calibration_error(table.raw_male[adult], table.is_male[adult]),
        "calibration_n": int(adult.sum()),
        "reliability": [asdict(part) for part in reliability(table.male[adult], table.is_male[adult])],
        "age_within_1_sigma": float((np.abs(table.errors_years) <= table.sigma_years).mean()),
        "age_within_2_sigma": float((np.abs(table.errors_years) <= 2 * table.sigma_years).mean()),
        "risk_coverage": [asdict(one) for one in coverages(table)],
        "confusion": confusion(table),
    }


def summarise(table: Table, chosen: Bools) -> Document:
    """Return the figures of some faces, with their 95 % intervals."""
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


def confusion(table: Table) -> Document:
    """Return how often each label was estimated as what: rows are labels, columns estimates."""
    said = np.where(table.is_answered, np.where(table.male >= 0.5, 1, 0), 2)
    return {
        "gender_labels": ["female", "male", "unknown"],
        "gender": _count(table.is_male.astype(np.int64), said, 2, 3),
        "decade": _count(table.decade, table.estimated_decade, DECADES, DECADES),
    }


def _by_group(table: Table) -> Document:
    names = np.array(table.group, dtype=object)
    return {name: summarise(table, names == name) for name in sorted(set(table.group)) if name}


def _count(labels: Ints, estimates: Ints, rows: int, columns: int) -> list[list[int]]:
    counts = np.zeros((rows, columns), np.int64)
    np.add.at(counts, (labels, estimates), 1)
    return counts.tolist()  # type: ignore[no-any-return]  # NumPy says Any


def _mean(values: Float64 | Bools) -> float | None:
    return float(values.mean()) if len(values) else None
