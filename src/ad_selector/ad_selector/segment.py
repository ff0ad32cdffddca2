"""Whom an advertisement may address: gender and age of the leading face, as far as they may be used."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.demographics import (
    UNKNOWN,
    Decade,
    Demographics,
    Gender,
    decade_of,
    format_estimation,
    parse_estimation,
)

_MIDDLE_OF_DECADE = 5
_LAST_YEAR = 120


@dataclass(frozen=True)
class Segment:
    """Gender and age in whole years, both or none.

    Attributes:
        gender: unknown if the system abstains, and for children.
        age_years: within the decade that was estimated; None if the system abstains, and for children.
        is_child: whether the age seems to be a child's; nothing more is kept then.
    """

    gender: Gender = Gender.UNKNOWN
    age_years: int | None = None
    is_child: bool = False

    @property
    def is_known(self) -> bool:
        """Return whether there is an estimation."""
        return self.age_years is not None

    @property
    def estimation(self) -> str:
        """Return the estimation such as ``20f``, or ``unknown``."""
        return UNKNOWN if self.age_years is None else format_estimation(self.gender, decade_of(self.age_years))


@dataclass(frozen=True)
class Audience:
    """Who is in front of one device.

    Attributes:
        device: its name.
        segment: of the leading face.
        watchers: how many are there who have looked.
        episode: id of the presence episode; empty for a mere question.
    """

    device: str
    segment: Segment
    watchers: int = 1
    episode: str = ""

    def describe(self) -> str:
        """Write it in words: ``20f, 2 watchers at deeplens1``."""
        who = "a child" if self.segment.is_child else self.segment.estimation
        return f"{who}, {watchers_text(self.watchers)} at {self.device}"


def watchers_text(count: int) -> str:
    """Write a number of watchers in words: ``1 watcher``."""
    return "1 watcher" if count == 1 else f"{count} watchers"


def segment_of(fused: Demographics, child_below_years: float) -> Segment:
    """Reduce a track's fused estimates to what an advertisement may use.

    The age counts as a year of the estimated decade, so that what is chosen agrees with the estimation that is shown;
    without an age in years it is the decade's middle.
    """
    age_years = _age_in_decade(fused.age_years, fused.decade)
    ages = [age for age in (fused.age_years, age_years) if age is not None]
    if ages and min(ages) < child_below_years:
        return Segment(is_child=True)
    if fused.gender is Gender.UNKNOWN or age_years is None:
        return Segment()
    return Segment(fused.gender, age_years)


def segment_of_estimation(estimation: str, child_below_years: float) -> Segment:
    """Read an estimation such as ``20f``; its age is the middle of the decade.

    Raises:
        ValueError: the text is no estimation.
    """
    gender, decade = parse_estimation(estimation)
    return segment_of(Demographics(gender=gender, decade=decade), child_below_years)


def _age_in_decade(age_years: float | None, decade: Decade) -> int | None:
    if decade is Decade.UNKNOWN:
        return None
    first = decade.first_year
    if age_years is None:
        return first + _MIDDLE_OF_DECADE
    return min(max(int(age_years), first), _LAST_YEAR if decade is Decade.D90S else first + 9)
