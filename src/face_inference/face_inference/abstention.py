"""When what is believed about a person is published, and when it is unknown instead."""

from __future__ import annotations

from dataclasses import dataclass

from signage_common.demographics import Decade, Demographics, Gender, decade_of

from face_inference.fusing import Belief

_DECADE_MARGIN_YEARS = 1.5
_STEADY_S = 1.0


@dataclass(frozen=True)
class AbstentionRules:
    """Limits below which, or beyond which, the system abstains.

    Attributes:
        min_face_px: shorter side of the box; nothing is published about a smaller face.
        min_confidence: probability of the gender, in [0.5, 1); gender is unknown below it.
        child_below_years: gender is unknown for a child.
        max_away_deg: an image of a face that is turned away further is no evidence.
        min_sharpness: an image of a face that is less sharp is no evidence.
    """

    min_face_px: float = 40.0
    min_confidence: float = 0.8
    child_below_years: float = 16.0
    max_away_deg: float = 40.0
    min_sharpness: float = 0.015


def is_legible(rules: AbstentionRules, sharpness: float, away_deg: float) -> bool:
    """Tell whether an image shows a face well enough to be evidence of gender and age."""
    return sharpness >= rules.min_sharpness and away_deg <= rules.max_away_deg


class Hysteresis:
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
    """Decide what is published about one person; it remembers what was, so that it doesn't flicker.

    What is known is published at once, what breaks a limit is withdrawn at once; apart from that gender and decade
    change, or come back, only a second after their last change.
    """

    def __init__(self, rules: AbstentionRules) -> None:
        self._decade = Decade.UNKNOWN
        self._published: tuple[Gender, Decade] | None = None  # None: nothing yet, so there is nothing to flicker
        self.follow(rules)

    def follow(self, rules: AbstentionRules) -> None:
        """Decide by these rules from now on; what they change is published, or withdrawn, the next time."""
        self._size = Hysteresis(rules.min_face_px, 1.1 * rules.min_face_px)
        self._confidence = Hysteresis(rules.min_confidence, (1.0 + rules.min_confidence) / 2)
        self._age = Hysteresis(rules.child_below_years, rules.child_below_years + 1.0)
        self._changed_s = float("-inf")

    def decide(self, belief: Belief | None, face_px: float, stamp_s: float = 0.0) -> Demographics:
        """Return what is published now.

        Args:
            belief: what is believed; None if nothing is.
            face_px: shorter side of the face's box in this image.
            stamp_s: time of capture; the times of successive calls don't fall.
        """
        if belief is None:
            return Demographics()
        confidence = max(belief.male_probability, 1.0 - belief.male_probability)
        is_sure = self._confidence.passes(confidence)
        is_adult = self._age.passes(belief.age_years)
        is_large = self._size.passes(face_px)
        gender = Gender.MALE if belief.male_probability >= 0.5 else Gender.FEMALE
        wanted = gender if is_sure and is_adult and is_large else Gender.UNKNOWN
        gender, decade = self._steady(wanted, belief.age_years, stamp_s)
        if not is_large:
            return Demographics()
        return Demographics(
            gender=gender,
            gender_confidence=confidence if is_adult else None,
            age_years=belief.age_years,
            age_spread_years=belief.age_spread_years,
            decade=decade,
            decade_probabilities=belief.decade_probabilities,
        )

    def _steady(self, gender: Gender, age_years: float, stamp_s: float) -> tuple[Gender, Decade]:
        """Return gender and decade as they are published, given what they should be."""
        is_free = self._published is None or stamp_s - self._changed_s >= _STEADY_S
        if is_free or self._decade is Decade.UNKNOWN:
            self._decade = _settle(self._decade, age_years)
        if not is_free and self._published is not None and gender is not self._published[0]:
            gender = Gender.UNKNOWN
        now = gender, self._decade
        if self._published is None and gender is Gender.UNKNOWN:
            return now
        if now != self._published:
            self._published, self._changed_s = now, stamp_s
        return now


def _settle(published: Decade, age_years: float) -> Decade:
    """Return the decade of an age; near its border, the decade that was published before."""
    if published is not Decade.UNKNOWN:
        first, last = published.first_year - _DECADE_MARGIN_YEARS, published.first_year + 10 + _DECADE_MARGIN_YEARS
        if first <= age_years < last:
            return published
    return decade_of(age_years)
