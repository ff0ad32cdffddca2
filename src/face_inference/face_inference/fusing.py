"""What the images of one track together say about gender and age.

This module weighs evidence and always has an opinion; ``abstention`` decides whether it is published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from signage_common.demographics import DECADES

from face_inference.calibration import Calibration
from face_inference.logistic import probability_of

Float64 = NDArray[np.float64]

# The images of one face err alike: as much of the error of one is that of the next as well. Fitted, see estimates.md.
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

_YEARS = np.arange(-30.0, 151.0)  # beyond what people reach, so that the distribution isn't cut off at its ends
_FREEDOM = 4.0  # of Student's distribution: one image may be far off without the rest being doubted
_SPREAD_OF_SCALE = math.sqrt(_FREEDOM / (_FREEDOM - 2.0))
_KERNEL_YEARS = np.arange(-45.0, 46.0)


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


@dataclass(frozen=True)
class AgeBelief:
    """What is believed about an age.

    Attributes:
        years: the mean, in [0, 120].
        spread_years: standard deviation, of the network's error about this person included.
        decade_probabilities: from under ten to ninety and older, sum 1.
    """

    years: float
    spread_years: float
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
        log_odds = _clamp(self._log_odds * effective_images(self._weight), _TRACK_LIMIT)
        lasting = self._calibration.age_sigma(self._age_years)
        age = self._ages.belief(max(lasting, _PERSON_SPREAD_YEARS))
        return Belief(probability_of(log_odds), age.years, age.spread_years, age.decade_probabilities)


class AgePosterior:
    """Weighted evidence of successive images, the older ones slowly forgotten.

    The error of an image has two parts: one that differs from image to image, and one that stays with the person
    however many images are seen. The first shrinks with the evidence, the second is added to what is believed.
    """

    def __init__(self, image_spread_years: float) -> None:
        """Begin with every age being as likely.

        Args:
            image_spread_years: standard deviation of the part of the error that differs from image to image.
        """
        self._scale_years = image_spread_years / _SPREAD_OF_SCALE
        self._log_likelihood = np.zeros_like(_YEARS)

    def add(self, age_years: float, weight: float, keep: float) -> None:
        """Take what one image says.

        Args:
            age_years: its estimate.
            weight: how much it counts, in (0, 1].
            keep: how much of the evidence so far stays, in (0, 1].
        """
        deviations = (age_years - _YEARS) / self._scale_years
        log_likelihood = -0.5 * (_FREEDOM + 1.0) * np.log1p(deviations**2 / _FREEDOM)
        self._log_likelihood = keep * self._log_likelihood + weight * log_likelihood

    def belief(self, person_spread_years: float) -> AgeBelief:
        """Return what is believed.

        Args:
            person_spread_years: standard deviation of the part of the error that stays with the person.
        """
        likelihood = np.exp(self._log_likelihood - self._log_likelihood.max())
        images = likelihood / likelihood.sum()
        mean = float(images @ _YEARS)
        variance = float(images @ (_YEARS - mean) ** 2)
        return AgeBelief(
            years=min(max(mean, 0.0), 120.0),
            spread_years=math.hypot(math.sqrt(variance), person_spread_years),
            decade_probabilities=_decades(_widen(images, person_spread_years)),
        )


def effective_images(images: float) -> float:
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


def _widen(distribution: Float64, spread_years: float) -> Float64:
    """Return a distribution over the years with a normal error added."""
    kernel = np.exp(-0.5 * (_KERNEL_YEARS / spread_years) ** 2)
    wide: Float64 = np.convolve(distribution, kernel / kernel.sum(), mode="same")
    return wide


def _decades(distribution: Float64) -> tuple[float, ...]:
    """Return the probability of each decade; the outer ones take the tails. A year belongs half to each side of it."""
    below = np.cumsum(distribution) - distribution / 2
    borders = np.interp(10.0 * np.arange(1, DECADES), _YEARS, below)
    return tuple(float(one) for one in np.diff(borders, prepend=0.0, append=1.0))
