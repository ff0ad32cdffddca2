"""What the networks say of labelled faces, and what the node would say of each from one image."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from face_inference.abstention import Abstention, AbstentionRules, is_legible
from face_inference.boxes import shorter_side
from face_inference.calibration import Calibration
from face_inference.fusing import Fusion, Observation
from face_inference.logistic import probability_of
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.landmarks import LandmarkNet
from face_inference.reading import FaceReader
from signage_common.demographics import Demographics, Gender, decade_of

from face_models.labelled.faces import LabelledFace, Skipped
from face_models.labelled.images import FaceFinder, FoundFace

Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Prediction:
    """What the networks say of one face.

    Attributes:
        face: the labelled face.
        age_years: at least 0.
        male_probability: as the network gives it, in [0, 1].
        face_px: shorter side of its box.
        sharpness: as the node measures it.
        away_deg: how far the head is turned away; infinite if that is unknown.
    """

    face: LabelledFace
    age_years: float
    male_probability: float
    face_px: float
    sharpness: float = 0.2
    away_deg: float = 0.0


class Predictor:
    """Shows each face to the networks that the node runs."""

    def __init__(self, net: AgeGenderNet, locator: LandmarkNet, finder: FaceFinder) -> None:
        self._net = net
        self._reader = FaceReader(net, locator)
        self._finder = finder

    def predict(
        self, faces: Sequence[LabelledFace], on_done: Callable[[int], None]
    ) -> tuple[list[Prediction], list[Skipped]]:
        """Predict age and gender of all faces.

        Args:
            faces: labelled faces; their images are read.
            on_done: called with how many are done.

        Returns:
            the predictions in order of the faces, and the images that can't be used.
        """
        predictions, skipped = [], []
        for done, found in enumerate(self._finder.find_all(faces), 1):
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                predictions.append(self._predict(found))
            on_done(done)
        return predictions, skipped

    def _predict(self, found: FoundFace) -> Prediction:
        estimate = self._net.estimate(found.image_bgr, found.xyxy_px[None])
        left, top, right, bottom = found.xyxy_px.tolist()
        box = (left, top, right, bottom)
        quality = self._reader.assess(found.image_bgr, box)
        return Prediction(
            face=found.face,
            age_years=float(estimate.age_years[0]),
            male_probability=float(estimate.male_probability[0]),
            face_px=shorter_side(box),
            sharpness=quality.sharpness,
            away_deg=quality.pose.away_deg if quality.pose is not None else math.inf,
        )


def load_predictor(models_dir: Path, model: str, finder: FaceFinder) -> Predictor:
    """Load the networks; the mirrored face is averaged in, as in the node."""
    return Predictor(AgeGenderNet(models_dir, model, average_flip=True), LandmarkNet(models_dir), finder)


def estimate_demographics(prediction: Prediction, calibration: Calibration, rules: AbstentionRules) -> Demographics:
    """Return what the node says of a face that it has seen in this one image."""
    if not is_legible(rules, prediction.sharpness, prediction.away_deg):
        return Demographics()
    fusion = Fusion(calibration)
    fusion.add(
        Observation(
            prediction.male_probability,
            prediction.age_years,
            prediction.face_px,
            prediction.sharpness,
            prediction.away_deg,
        )
    )
    return Abstention(rules).decide(fusion.belief(), prediction.face_px)


@dataclass(frozen=True, eq=False)
class PredictionTable:
    """Labels and predictions of n faces, column by column.

    Attributes:
        is_male: the label.
        age_years: the label.
        person: number of the person.
        group: the label; empty if there is none.
        raw_male: the network's probability of male.
        male: the calibrated one.
        estimated_years: the estimated age.
        sigma_years: its calibrated standard deviation.
        is_adult: whether the estimated age is old enough for an answer on the gender.
        is_legible: whether the image is large, sharp and frontal enough for any answer.
        is_answered: whether the node answers with a gender.
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
        return _decades(self.age_years)

    @property
    def estimated_decade(self) -> Ints:
        """Return the estimated decades, 0 to 9."""
        return _decades(self.estimated_years)


def tabulate(predictions: Sequence[Prediction], calibration: Calibration, rules: AbstentionRules) -> PredictionTable:
    """Return the predictions as a table, calibrated, with what the node would answer."""
    persons = {name: index for index, name in enumerate(sorted({one.face.person for one in predictions}))}
    answers = [estimate_demographics(one, calibration, rules) for one in predictions]
    logits = [calibration.gender_logit(one.male_probability) for one in predictions]
    estimated = np.array([one.age_years for one in predictions], float)
    return PredictionTable(
        is_male=np.array([one.face.gender is Gender.MALE for one in predictions], bool),
        age_years=np.array([one.face.age_years for one in predictions], float),
        person=np.array([persons[one.face.person] for one in predictions], np.int64),
        group=tuple(one.face.group for one in predictions),
        raw_male=np.array([one.male_probability for one in predictions], float),
        male=np.array([probability_of(logit) for logit in logits], float),
        estimated_years=estimated,
        sigma_years=np.array([calibration.age_sigma(years) for years in estimated.tolist()], float),
        is_adult=estimated >= rules.child_below_years,
        is_legible=np.array([one.age_years is not None for one in answers], bool),
        is_answered=np.array([one.gender is not Gender.UNKNOWN for one in answers], bool),
    )


def _decades(years: Float64) -> Ints:
    return np.array([decade_of(one) - 1 for one in years.tolist()], np.int64)
