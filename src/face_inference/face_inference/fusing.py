"""What the images of one track together say about gender and age.

This module weighs evidence and always has an opinion; ``abstention`` decides whether it is published.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from signage_common.demographics import DECADES

# Single estimates of one face err alike, so no image may say more than this, nor may all of them together.
_IMAGE_LIMIT = 3.0  # log-odds; probability 0.95
_TRACK_LIMIT = 5.0  # log-odds; probability 0.993
# The error of an age estimate, as standard deviation: what stays with the person, and what differs by image.
_PERSON_SPREAD_YEARS = 5.0
_IMAGE_SPREAD_YEARS = 4.0
_IMAGE_SPREAD_WEIGHT = 3.0
_MEMORY = 20.0  # the weight that the past can have at most, so that a long track can still change
_FULL_WEIGHT_PX = 96.0
_LEAST_WEIGHT = 0.2


@dataclass(frozen=True)
class Observation:
    """What one image says about one face.

    Attributes:
        male_probability: in [0, 1].
        age_years: at least 0.
        face_px: shorter side of the face's box.
    """

    male_probability: float
    age_years: float
    face_px: float


@dataclass(frozen=True)
class Belief:
    """What is believed about gender and age of one person.

    Attributes:
        male_probability: in [0, 1].
        age_years: in [0, 120].
        age_spread_years: standard deviation of ``age_years``.
        decade_probabilities: from under ten to ninety and older, sum 1.
    """

    male_probability: float
    age_years: float
    age_spread_years: float
    decade_probabilities: tuple[float, ...]


class Fusion:
    """Gender as summed log-odds, age as weighted mean and spread, over the observations of one track."""

    def __init__(self) -> None:
        self._log_odds = 0.0
        self._weight = 0.0
        self._mean_years = 0.0
        self._square_years = 0.0  # weighted sum of squared deviations from the mean

    def add(self, observation: Observation) -> None:
        """Take one observation."""
        weight = weigh(observation)
        evidence = weight * _clamp(_log_odds(observation.male_probability), _IMAGE_LIMIT)
        self._log_odds = _clamp(self._log_odds + evidence, _TRACK_LIMIT)
        self._add_age(_clamp(observation.age_years - 60.0, 60.0) + 60.0, weight)

    def _add_age(self, age_years: float, weight: float) -> None:
        """Update mean and squared deviations (West, Updating mean and variance estimates, 1979)."""
        keep = min(1.0, (_MEMORY - weight) / self._weight) if self._weight else 1.0
        self._weight = self._weight * keep + weight
        deviation = age_years - self._mean_years
        self._mean_years += deviation * weight / self._weight
        self._square_years = self._square_years * keep + weight * deviation * (age_years - self._mean_years)

    def belief(self) -> Belief | None:
        """Return what all observations together say; None before the first."""
        if not self._weight:
            return None
        prior = _IMAGE_SPREAD_WEIGHT * _IMAGE_SPREAD_YEARS**2
        image_variance = (prior + self._square_years) / (_IMAGE_SPREAD_WEIGHT + self._weight)
        spread = math.sqrt(_PERSON_SPREAD_YEARS**2 + image_variance / max(self._weight, 1.0))
        return Belief(
            male_probability=1.0 / (1.0 + math.exp(-self._log_odds)),
            age_years=self._mean_years,
            age_spread_years=spread,
            decade_probabilities=decade_probabilities(self._mean_years, spread),
        )


def weigh(observation: Observation) -> float:
    """Return how much an observation counts, in (0, 1]: less for a small face."""
    return min(max(observation.face_px / _FULL_WEIGHT_PX, _LEAST_WEIGHT), 1.0)


def decade_probabilities(age_years: float, spread_years: float) -> tuple[float, ...]:
    """Return the probability of each decade under a normal distribution; the outer decades take its tails."""
    inner = [_normal_below((10.0 * (decade + 1) - age_years) / spread_years) for decade in range(DECADES - 1)]
    below = [0.0, *inner, 1.0]
    return tuple(high - low for low, high in itertools.pairwise(below))


def _normal_below(deviations: float) -> float:
    return 0.5 * (1.0 + math.erf(deviations / math.sqrt(2.0)))


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1.0 - 1e-6)
    return math.log(inside / (1.0 - inside))


def _clamp(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)
