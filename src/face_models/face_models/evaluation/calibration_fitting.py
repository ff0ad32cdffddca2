"""Fit a calibration to predictions of labelled faces.

Three ways to calibrate the gender compete, and the one with the highest likelihood on persons that it was not fitted on
wins: a temperature (Guo et al., "On Calibration of Modern Neural Networks", 2017), a temperature and an offset (Platt,
"Probabilistic outputs for support vector machines", 1999), and isotonic regression (Zadrozny and Elkan, "Transforming
classifier scores into accurate multiclass probability estimates", 2002).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from face_inference.calibration import Calibration
from face_inference.logistic import sigmoid
from signage_common.errors import ConfigurationError

from face_models.evaluation.metrics import calibration_error, log_loss
from face_models.evaluation.predictions import Bools, Float64, Ints, PredictionTable

Curve = tuple[Float64, Float64]
Fitter = Callable[[Float64, Bools], Curve]

LEAST_FACES = 200
_FOLDS = 5
_ENDS = np.array([-12.0, 12.0])  # between these log odds a straight line is written down
_ISOTONIC_LIMIT = 4.6  # log odds that isotonic regression may claim, probability 0.99
_AGE_KNOTS_YEARS = np.arange(5.0, 100.0, 10.0)
_KNOT_REACH_YEARS = 7.5
_LEAST_PER_KNOT = 30
_WITHIN_SIGMA = 0.6827  # the share of a normal distribution within one standard deviation


def fit_calibration(table: PredictionTable) -> Calibration:
    """Return the calibration that suits these predictions best, with what it was chosen by.

    Raises:
        ConfigurationError: there are too few faces.
    """
    adult = table.is_adult
    is_male, person = table.is_male[adult], table.person[adult]
    if min(is_male.sum(), (~is_male).sum()) < LEAST_FACES // 2:
        raise ConfigurationError(
            f"--calibrate: expected {LEAST_FACES // 2} or more women and as many men, "
            f"got {(~is_male).sum()} and {is_male.sum()} faces that are taken for adults"
        )
    raw = np.clip(_log_odds(table.raw_male[adult]), *_ENDS)
    losses = {kind: held_out_loss(fitter, raw, is_male, person) for kind, fitter in FITTERS.items()}
    kind = min(losses, key=losses.__getitem__)
    curve = FITTERS[kind](raw, is_male)
    about: dict[str, Any] = {
        "n": len(raw),
        "kind": kind,
        "held_out_log_loss": {name: round(loss, 5) for name, loss in losses.items()},
        "ece_before": _rounded(calibration_error(table.raw_male[adult], is_male)),
        "ece_after": _rounded(held_out_error(FITTERS[kind], raw, is_male, person)),
        "age_n": len(table),
    }
    ages, sigmas = fit_age_sigma(table.estimated_years, table.errors_years)
    return Calibration(_points(curve[0]), _points(curve[1]), _points(ages), _points(sigmas), about)


def with_source(calibration: Calibration, source: str, date: str) -> Calibration:
    """Return the calibration with a note on which faces it was fitted on and when."""
    return dataclasses.replace(calibration, about={"source": source, "date": date, **calibration.about})


def held_out(fitter: Fitter, raw: Float64, is_male: Bools, person: Ints) -> Float64:
    """Return calibrated probabilities, each by a curve that was fitted without the person's own faces."""
    fold = np.random.default_rng(0).integers(0, _FOLDS, person.max() + 1)[person]
    male = np.empty(len(raw))
    for one in range(_FOLDS):
        x, y = fitter(raw[fold != one], is_male[fold != one])
        log_odds: npt.NDArray[Any] = np.interp(raw[fold == one], x, y)  # in double, which ``sigmoid`` keeps
        male[fold == one] = sigmoid(log_odds)
    return male


def held_out_loss(fitter: Fitter, raw: Float64, is_male: Bools, person: Ints) -> float:
    """Return the log loss on faces that were held out."""
    return log_loss(held_out(fitter, raw, is_male, person), is_male)


def held_out_error(fitter: Fitter, raw: Float64, is_male: Bools, person: Ints) -> float | None:
    """Return the calibration error on faces that were held out."""
    return calibration_error(held_out(fitter, raw, is_male, person), is_male)


def fit_age_sigma(estimated_years: Float64, errors_years: Float64) -> Curve:
    """Return the spread of the true age at each decade of the estimate: what holds as many errors as a sigma does.

    A few faces are labelled wrongly by decades, so the mean square would say too much of most.
    """
    ages, sigmas = [], []
    for knot in _AGE_KNOTS_YEARS.tolist():
        near = errors_years[np.abs(estimated_years - knot) <= _KNOT_REACH_YEARS]
        if len(near) >= _LEAST_PER_KNOT:
            ages.append(knot)
            sigmas.append(_spread(near))
    if not ages:
        return np.array([0.0]), np.array([_spread(errors_years)])
    return np.array(ages), np.array(sigmas)


def _spread(errors_years: Float64) -> float:
    return max(float(np.quantile(np.abs(errors_years), _WITHIN_SIGMA)), 1.0)


def _fit_temperature(raw: Float64, is_male: Bools) -> Curve:
    return _fit_line(raw[:, None], is_male, lambda x, w: x * w[0])


def _fit_platt(raw: Float64, is_male: Bools) -> Curve:
    return _fit_line(np.stack([raw, np.ones(len(raw))], 1), is_male, lambda x, w: x * w[0] + w[1])


def _fit_line(inputs: Float64, is_male: Bools, line: Callable[[Float64, Float64], Float64]) -> Curve:
    """Fit logistic regression by Newton's method."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(30):
        male = sigmoid(inputs @ weights)
        slope = inputs.T @ (male - is_male)
        curvature = (inputs * (male * (1 - male))[:, None]).T @ inputs + 1e-6 * np.eye(len(weights))
        weights -= np.linalg.solve(curvature, slope)
    return _ENDS, line(_ENDS, weights)


def _fit_isotonic(raw: Float64, is_male: Bools) -> Curve:
    """Fit by pooling adjacent violators; each pool becomes a point at its mean, as log odds."""
    order = np.argsort(raw, kind="stable")
    pools: list[tuple[float, float, int]] = []  # sum of log odds, males, faces
    for x, y in zip(raw[order].tolist(), is_male[order].tolist(), strict=True):
        pools.append((x, float(y), 1))
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    x = np.array([total / n for total, _, n in pools])
    y = _log_odds(np.array([(males + 0.5) / (n + 1) for _, males, n in pools]))
    y = np.maximum.accumulate(np.clip(y, -_ISOTONIC_LIMIT, _ISOTONIC_LIMIT))
    if len(x) < 2:
        return np.array([x[0] - 1, x[0] + 1]), np.array([y[0], y[0]])
    return np.concatenate([[x[0] - 1], x, [x[-1] + 1]]), np.concatenate([[y[0]], y, [y[-1]]])


FITTERS: dict[str, Fitter] = {"temperature": _fit_temperature, "platt": _fit_platt, "isotonic": _fit_isotonic}


def _log_odds(probability: Float64) -> Float64:
    inside = np.clip(probability, 1e-9, 1 - 1e-9)
    odds: Float64 = np.log(inside / (1 - inside))
    return odds


def _points(values: Float64) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in values.tolist())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
