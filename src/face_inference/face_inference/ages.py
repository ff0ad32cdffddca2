"""The age of one person as a distribution over years."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from signage_common.demographics import DECADES

Float64 = NDArray[np.float64]

_YEARS = np.arange(-30.0, 151.0)  # beyond what people reach, so that the distribution isn't cut off at its ends
_FREEDOM = 4.0  # of Student's distribution: one image may be far off without the rest being doubted
_SPREAD_OF_SCALE = math.sqrt(_FREEDOM / (_FREEDOM - 2.0))
_KERNEL_YEARS = np.arange(-45.0, 46.0)


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
