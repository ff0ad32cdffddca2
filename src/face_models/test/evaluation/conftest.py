"""Predictions of labelled faces, made by hand or by lot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_models.evaluation.predictions import Prediction, PredictionTable, tabulate
from face_models.labelled.faces import LabelledFace
from signage_common.demographics import Gender

Rows = list[tuple[Gender, float, float, float]]


def make_prediction(gender: Gender, age: float, male: float, estimated: float, **face: str) -> Prediction:
    """Return one prediction; the name of the image is made of what it is."""
    name = f"{gender:d}-{age}-{male}-{estimated}.jpg"
    return Prediction(LabelledFace(Path(name), gender, age, **face), estimated, male, 100.0)


@pytest.fixture
def tabulate_rows() -> Callable[[Rows], PredictionTable]:
    """Make a table of (gender, age, probability of male, estimated age)."""
    return lambda rows: tabulate([make_prediction(*row) for row in rows], Calibration(), AbstentionRules())


@pytest.fixture(scope="session")
def overconfident() -> PredictionTable:
    """4000 adults by lot: the true log odds are half of what is claimed, less 0.4; ages are 5 years off."""
    lot = np.random.default_rng(1)
    raw = lot.normal(0, 4, 4000)
    is_male = lot.random(4000) < 1 / (1 + np.exp(-(raw / 2 - 0.4)))
    ages = lot.uniform(20, 80, 4000)
    predictions = [
        make_prediction(Gender.MALE if male else Gender.FEMALE, age, 1 / (1 + np.exp(-odds)), max(age + error, 16.5))
        for male, age, odds, error in zip(is_male, ages, raw, lot.normal(0, 5, 4000), strict=True)
    ]
    return tabulate(predictions, Calibration(), AbstentionRules())
