"""How sure a network's answers really are: numbers fitted by ``./signage evaluate --calibrate``, and their file."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from face_inference.logistic import logit
from face_inference.networks.model_files import MOST_JSON_BYTES, is_there, locate_model, one_line, parse_json

FORMAT = 1
_SHIPPED = Path(__file__).parent
_LARGEST = 1e6  # of any number in a calibration
_LARGEST_LOG_ODDS = 12.0  # probability 1 - 6e-6: what a raw probability of 0 or 1 is taken for


@dataclass(frozen=True)
class Calibration:
    """How raw answers about one face are read; the defaults change nothing.

    Both curves are straight between their points. Beyond its ends the one of gender goes on with its last slope, the
    one of age stays level.

    Attributes:
        gender_raw: log odds of male as the network gives them, rising.
        gender_calibrated: what they are worth, never falling.
        age_years: estimated ages, rising.
        age_sigma_years: standard deviation of the true age around them, of an adult or child seen once.
        about: where the numbers come from: ``n``, ``source``, ``date``, ``kind``, ``ece_before``, ``ece_after``.
    """

    gender_raw: tuple[float, ...] = (-1.0, 1.0)
    gender_calibrated: tuple[float, ...] = (-1.0, 1.0)
    age_years: tuple[float, ...] = (0.0,)
    age_sigma_years: tuple[float, ...] = (6.4,)
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read a calibration file.

        Raises:
            ConfigurationError: the file can't be read, or isn't one.
        """
        try:
            return cls.from_document(parse_json(read_file(path, MOST_JSON_BYTES)))
        except OSError as error:
            raise ConfigurationError(f"{path}: expected a calibration file, {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path}: expected a calibration of format {FORMAT}, {one_line(error)}") from error

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Calibration:
        """Return the calibration that a parsed file describes.

        Raises:
            ValueError, KeyError, TypeError: it describes none.
        """
        if document["format"] != FORMAT:
            raise ValueError(f"got format {document['format']!r}")
        names = ("gender_raw", "gender_calibrated", "age_years", "age_sigma_years")
        curves = {name: tuple(float(value) for value in document[name]) for name in names}
        _check_curve(curves["gender_raw"], curves["gender_calibrated"], at_least=2)
        _check_curve(curves["age_years"], curves["age_sigma_years"], at_least=1)
        if any(low > high for low, high in itertools.pairwise(curves["gender_calibrated"])):
            raise ValueError("gender_calibrated falls")
        if min(curves["age_sigma_years"]) <= 0:
            raise ValueError("age_sigma_years has a value that is not above 0")
        return cls(**curves, about=dict(document.get("about", {})))

    def to_document(self) -> dict[str, Any]:
        """Return what a calibration file holds."""
        return {"format": FORMAT, **asdict(self)}

    def gender_logit(self, male_probability: float) -> float:
        """Return the calibrated log odds of male of one image, from the network's own probability."""
        raw = _log_odds(male_probability)
        return _interpolate(raw, self.gender_raw, self.gender_calibrated, goes_on=True)

    def age_sigma(self, age_years: float) -> float:
        """Return the standard deviation of the true age, years, around an age estimated from one image."""
        return _interpolate(age_years, self.age_years, self.age_sigma_years, goes_on=False)


def calibration_of_model(models_dir: Path, name: str) -> Calibration:
    """Return the calibration of a network.

    That is ``NAME-calibration.json`` beside the network, else the one that is shipped for a network of this name,
    else one that changes nothing. ``name`` may be a path, as in ``locate_model``; then none is shipped for it.

    Raises:
        ConfigurationError: the file is broken.
    """
    folder, stem = locate_model(models_dir, name)
    for path in (folder / f"{stem}-calibration.json", _SHIPPED / f"{name}-calibration.json"):
        if is_there(path):
            return Calibration.load(path)
    return Calibration()


def _check_curve(xs: Sequence[float], ys: Sequence[float], at_least: int) -> None:
    if len(xs) != len(ys) or len(xs) < at_least:
        raise ValueError(f"expected {at_least} or more points with x and y, got {len(xs)} x and {len(ys)} y")
    if not all(abs(value) <= _LARGEST for value in (*xs, *ys)) or any(b <= a for a, b in itertools.pairwise(xs)):
        raise ValueError(f"expected finite numbers up to {_LARGEST:.0f}, the first ones rising")


def _log_odds(probability: float) -> float:
    """Return log odds, limited."""
    if math.isnan(probability):
        return math.nan
    return min(max(logit(probability), -_LARGEST_LOG_ODDS), _LARGEST_LOG_ODDS)


def _interpolate(x: float, xs: Sequence[float], ys: Sequence[float], goes_on: bool) -> float:
    """Return the value at x of the line through points; beyond the ends its last slope or its last value."""
    if len(xs) == 1:
        return ys[0]
    if not goes_on:
        x = min(max(x, xs[0]), xs[-1])
    right = min(max(bisect.bisect_right(xs, x), 1), len(xs) - 1)
    left = right - 1
    return ys[left] + (x - xs[left]) * (ys[right] - ys[left]) / (xs[right] - xs[left])
