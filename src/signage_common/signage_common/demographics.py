"""Gender, decade of age, and the short estimation that both make, such as ``20f``."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

DECADES = 10
UNKNOWN = "unknown"


class Gender(enum.IntEnum):
    """Gender as in signage_msgs/Demographics."""

    UNKNOWN = 0
    FEMALE = 1
    MALE = 2


class Decade(enum.IntEnum):
    """Decade of age as in signage_msgs/Demographics: ``first_year / 10 + 1``."""

    UNKNOWN = 0
    D0S = 1
    D10S = 2
    D20S = 3
    D30S = 4
    D40S = 5
    D50S = 6
    D60S = 7
    D70S = 8
    D80S = 9
    D90S = 10

    @property
    def first_year(self) -> int:
        """Return the first year of age of the decade."""
        return (self.value - 1) * 10


@dataclass(frozen=True)
class Demographics:
    """Estimated gender and age of one person.

    Attributes:
        gender: unknown when the system abstains.
        gender_confidence: probability of ``gender`` in [0.5, 1]; None if not estimated.
        age_years: in [0, 120]; None if not estimated.
        age_spread_years: standard deviation of ``age_years``; None if not estimated.
        decade: unknown when the system abstains.
        decade_probabilities: ten values from under ten to ninety and older, sum 1; None if not estimated.
    """

    gender: Gender = Gender.UNKNOWN
    gender_confidence: float | None = None
    age_years: float | None = None
    age_spread_years: float | None = None
    decade: Decade = Decade.UNKNOWN
    decade_probabilities: tuple[float, ...] | None = None

    @property
    def estimation(self) -> str:
        """Return decade and first letter of the gender, such as ``20f``, or ``unknown`` if either is."""
        return format_estimation(self.gender, self.decade)


def decade_of(age_years: float) -> Decade:
    """Return the decade of an age in years; ninety and older is one decade."""
    return Decade(min(max(int(age_years) // 10, 0), DECADES - 1) + 1)


def format_estimation(gender: Gender, decade: Decade) -> str:
    """Write gender and decade as the paper does: ``20f``, ``40m``; ``unknown`` if either is unknown."""
    if gender is Gender.UNKNOWN or decade is Decade.UNKNOWN:
        return UNKNOWN
    return f"{decade.first_year}{'f' if gender is Gender.FEMALE else 'm'}"


def parse_estimation(text: str) -> tuple[Gender, Decade]:
    """Read an estimation such as ``20f``; ``unknown`` and the empty string give both unknown.

    Raises:
        ValueError: the text is no estimation.
    """
    if text in ("", UNKNOWN):
        return Gender.UNKNOWN, Decade.UNKNOWN
    match = re.fullmatch(r"(0|[1-9]0)([fm])", text)
    if match is None:
        raise ValueError(f"expected an estimation such as 20f, or unknown, got {text!r}")
    return Gender.FEMALE if match[2] == "f" else Gender.MALE, decade_of(int(match[1]))
