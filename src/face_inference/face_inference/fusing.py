"""What the images of one track together say about gender and age.

This module weighs evidence and always has an opinion; ``abstention`` decides whether it is published.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from signage_common.demographics import DECADES

from face_inference.ages import AgePosterior
from face_inference.calibration import Calibration

# The images of one face err alike: as much of the error of one is that of the next as well. Fitted, see perception.md.
_SHARED_ERROR = 0.6
_IMAGE_LIMIT = 4.0  # log-odds; what one image may say at most, probability 0.98
_TRACK_LIMIT = 5.0  # log-odds; probability 0.993
# The part of an age estimate's error that differs from image to image of a camera, and the least that stays with the
# person: as large as the calibration says, which was fitted to good portraits, one of each person.
_IMAGE_SPREAD_YEARS = 4.0
_PERSON_SPREAD_YEARS = 3.0
_MEMORY = 12.0  # the weight that the past can have at most, so that a long track can still change
_FULL_WEIGHT_PX = 96.0
_FULL_WEIGHT_SHARPNESS = 0.05
_FULL_WEIGHT_DEG, _NO_WEIGHT_DEG = 20.0, 50.0
_LEAST_WEIGHT = 0.05


@dataclass(frozen=True)
class Observation:
    """What one image says about one face, and how well it shows it.

    Attributes:
        male_probability: in [0, 1].
        age_years: at least 0.
        face_px: shorter side of the face's box.
        sharpness: see ``sharpness``; about 0.2 for a sharp face.
        away_deg: how far the head is turned away from the camera.
    """

    male_probability: float
    age_years: float
    face_px: float
    sharpness: float
    away_deg: float


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
    """Gender as log-odds, age as a distribution, over the observations of one track."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._weight = 0.0
        self._log_odds = 0.0  # weighted mean of the images
        self._age_years = 0.0  # weighted mean of the images
        self._ages = AgePosterior(_IMAGE_SPREAD_YEARS)
        self._belief: Belief | None = None

    def add(self, observation: Observation) -> None:
        """Take one observation."""
        weight = weigh(observation)
        keep = min(1.0, (_MEMORY - weight) / self._weight) if self._weight else 1.0
        self._weight = keep * self._weight + weight
        evidence = _clamp(self._calibration.gender_logit(observation.male_probability), _IMAGE_LIMIT)
        self._log_odds += (evidence - self._log_odds) * weight / self._weight
        age_years = _clamp(observation.age_years - 60.0, 60.0) + 60.0
        self._age_years += (age_years - self._age_years) * weight / self._weight
        self._ages.add(age_years, weight, keep)
        self._belief = None

    def belief(self) -> Belief | None:
        """Return what all observations together say; None before the first."""
        if self._weight and self._belief is None:
            self._belief = self._believe()
        return self._belief

    def _believe(self) -> Belief:
        log_odds = _clamp(self._log_odds * independent(self._weight), _TRACK_LIMIT)
        lasting = self._calibration.age_sigma(self._age_years)
        age = self._ages.belief(max(lasting, _PERSON_SPREAD_YEARS))
        male = 1.0 / (1.0 + math.exp(-log_odds))
        return Belief(male, age.years, age.spread_years, age.decade_probabilities)


def decade_probabilities(age_years: float, spread_years: float) -> tuple[float, ...]:
    """Return the probability of each decade under a normal distribution; the outer decades take its tails."""
    inner = [_normal_below((10.0 * (decade + 1) - age_years) / spread_years) for decade in range(DECADES - 1)]
    below = [0.0, *inner, 1.0]
    return tuple(high - low for low, high in itertools.pairwise(below))


def _normal_below(deviations: float) -> float:
    return 0.5 * (1.0 + math.erf(deviations / math.sqrt(2.0)))


def independent(images: float) -> float:
    """Return as how many independent images so many images of one face count.

    They are taken to be equally correlated; the variance of the mean of such values leads to this number.
    """
    return images / (1.0 + (images - 1.0) * _SHARED_ERROR)


def weigh(observation: Observation) -> float:
    """Return how much an observation counts, in (0, 1]: less for a small, a blurred or a turned face."""
    size = observation.face_px / _FULL_WEIGHT_PX
    detail = observation.sharpness / _FULL_WEIGHT_SHARPNESS
    front = (_NO_WEIGHT_DEG - observation.away_deg) / (_NO_WEIGHT_DEG - _FULL_WEIGHT_DEG)
    return max(math.prod(min(max(part, 0.0), 1.0) for part in (size, detail, front)), _LEAST_WEIGHT)


def _clamp(value: float, limit: float) -> float:
    return min(max(value, -limit), limit)
