"""What the network says of labelled faces, and what the node would say of each from one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from face_inference.abstention import Abstention, AbstentionRules, is_legible
from face_inference.calibration import Calibration
from face_inference.fusing import Fusion, Observation
from face_inference.networks.logistic import probability_of
from signage_common.demographics import Demographics, Gender, decade_of

from face_models.labelled.faces import LabelledFace

Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Answer:
    """What the network says of one face.

    Attributes:
        face: the labelled face.
        age_years: at least 0.
        male_probability: as the network gives it, in [0, 1].
        face_px: shorter side of what was looked at.
        sharpness: see ``sharpness``.
        away_deg: how far the head is turned away; infinite if that can't be told.
    """

    face: LabelledFace
    age_years: float
    male_probability: float
    face_px: float
    sharpness: float = 0.2
    away_deg: float = 0.0


def say(answer: Answer, calibration: Calibration, rules: AbstentionRules) -> Demographics:
    """Return what the node says of a face that it has seen in this one picture."""
    if not is_legible(rules, answer.sharpness, answer.away_deg):
        return Demographics()
    fusion = Fusion(calibration)
    fusion.add(
        Observation(answer.male_probability, answer.age_years, answer.face_px, answer.sharpness, answer.away_deg)
    )
    return Abstention(rules).say(fusion.belief(), answer.face_px)


@dataclass(frozen=True, eq=False)
class Table:
    """Labels and answers of n faces, column by column.

    Attributes:
        is_male: the label.
        age_years: the label.
        person: number of the person.
        group: the label; empty if there is none.
        raw_male: the network's probability of male.
        male: the calibrated one.
        estimated_years: the estimated age.
        sigma_years: its calibrated standard deviation.
        is_adult: whether the estimated age is old enough that a gender may be said.
        is_legible: whether the picture is large, sharp and frontal enough that anything may be said.
        is_answered: whether a gender is said.
    """

    is_male: Bools
    age_years: Float64
    person: Ints
    group: tuple[str, ...]
    raw_male: Float64
    male: Float64
    estimated_years: Float64
    sigma_years: Float64
    is_adult: Bools
    is_legible: Bools
    is_answered: Bools

    def __len__(self) -> int:
        return len(self.is_male)

    @property
    def is_right(self) -> Bools:
        """Return whether the likelier gender is the right one."""
        right: Bools = (self.male >= 0.5) == self.is_male
        return right

    @property
    def confidence(self) -> Float64:
        """Return the probability of the likelier gender."""
        return np.maximum(self.male, 1 - self.male)

    @property
    def errors_years(self) -> Float64:
        """Return estimated less true age."""
        return self.estimated_years - self.age_years

    @property
    def decade(self) -> Ints:
        """Return the true decades, 0 to 9."""
        return decades(self.age_years)

    @property
    def estimated_decade(self) -> Ints:
        """Return the estimated decades, 0 to 9."""
        return decades(self.estimated_years)


def tabulate(answers: Sequence[Answer], calibration: Calibration, rules: AbstentionRules) -> Table:
    """Put answers side by side."""
    persons = {name: index for index, name in enumerate(sorted({answer.face.person for answer in answers}))}
    said = [say(answer, calibration, rules) for answer in answers]
    logits = [calibration.gender_logit(answer.male_probability) for answer in answers]
    estimated = np.array([answer.age_years for answer in answers], float)
    return Table(
        is_male=np.array([answer.face.gender is Gender.MALE for answer in answers], bool),
        age_years=np.array([answer.face.age_years for answer in answers], float),
        person=np.array([persons[answer.face.person] for answer in answers], np.int64),
        group=tuple(answer.face.group for answer in answers),
        raw_male=np.array([answer.male_probability for answer in answers], float),
        male=np.array([probability_of(logit) for logit in logits], float),
        estimated_years=estimated,
        sigma_years=np.array([calibration.age_sigma(years) for years in estimated.tolist()], float),
        is_adult=estimated >= rules.child_below_years,
        is_legible=np.array([one.age_years is not None for one in said], bool),
        is_answered=np.array([one.gender is not Gender.UNKNOWN for one in said], bool),
    )


def decades(years: Float64) -> Ints:
    """Return decades, 0 to 9."""
    return np.array([decade_of(one) - 1 for one in years.tolist()], np.int64)
