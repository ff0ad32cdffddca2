"""When the system says what it believes about a person, and when it says unknown."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.demographics import Decade, Demographics, Gender, decade_of

from face_inference.fusing import Belief

_DECADE_MARGIN_YEARS = 1.5


@dataclass(frozen=True)
class AbstentionRules:
    """Below which figures the system abstains.

    Attributes:
        min_face_px: shorter side of the box; nothing is said about a smaller face.
        min_confidence: probability of the gender, in [0.5, 1); gender is unknown below it.
        child_below_years: gender is unknown for a child.
    """

    min_face_px: float = 40.0
    min_confidence: float = 0.8
    child_below_years: float = 16.0


class Threshold:
    """A lower limit that is strict when a value falls below it, and slow to trust the value again."""

    def __init__(self, limit: float, regain: float) -> None:
        """Set the limit.

        Args:
            limit: a value below it never passes.
            regain: what a value that has fallen below the limit must reach to pass again.
        """
        self._limit = limit
        self._regain = regain
        self._lost = False
        self._held = False

    def passes(self, value: float) -> bool:
        """Tell whether the value passes now; values come in order of time."""
        if value < self._limit:
            self._lost = self._held
            return False
        if self._lost and value < self._regain:
            return False
        self._held, self._lost = True, False
        return True


class Abstention:
    """Decide what is said about one person; it remembers what was said, so that it doesn't flicker."""

    def __init__(self, rules: AbstentionRules) -> None:
        self._size = Threshold(rules.min_face_px, 1.1 * rules.min_face_px)
        self._confidence = Threshold(rules.min_confidence, (1.0 + rules.min_confidence) / 2)
        self._age = Threshold(rules.child_below_years, rules.child_below_years + 1.0)
        self._decade = Decade.UNKNOWN

    def say(self, belief: Belief | None, face_px: float) -> Demographics:
        """Return what is said now.

        Args:
            belief: what is believed; None if nothing is.
            face_px: shorter side of the face's box in this image.
        """
        if belief is None:
            return Demographics()
        confidence = max(belief.male_probability, 1.0 - belief.male_probability)
        is_sure = self._confidence.passes(confidence)
        is_adult = self._age.passes(belief.age_years)
        self._decade = _settle(self._decade, belief.age_years)
        if not self._size.passes(face_px):
            return Demographics()
        gender = Gender.MALE if belief.male_probability >= 0.5 else Gender.FEMALE
        return Demographics(
            gender=gender if is_sure and is_adult else Gender.UNKNOWN,
            gender_confidence=confidence if is_adult else None,
            age_years=belief.age_years,
            age_spread_years=belief.age_spread_years,
            decade=self._decade,
            decade_probabilities=belief.decade_probabilities,
        )


def _settle(said: Decade, age_years: float) -> Decade:
    """Return the decade of an age; near its border, the decade that was said before."""
    if said is not Decade.UNKNOWN:
        first, last = said.first_year - _DECADE_MARGIN_YEARS, said.first_year + 10 + _DECADE_MARGIN_YEARS
        if first <= age_years < last:
            return said
    return decade_of(age_years)
