from pathlib import Path

import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_models.evaluation.predictions import Prediction, estimate_demographics, tabulate
from face_models.labelled.faces import LabelledFace
from signage_common.demographics import Demographics, Gender

FACE = LabelledFace(Path("a.jpg"), Gender.FEMALE, 30.0)


@pytest.mark.parametrize(
    ("male", "age", "face_px", "estimation"),
    [(0.1, 34.0, 100, "30f"), (0.95, 41.0, 100, "40m"), (0.3, 34.0, 100, "unknown"), (0.1, 9.0, 100, "unknown"),
     (0.1, 34.0, 39, "unknown")],
)  # fmt: skip
def test_what_the_node_would_say(male, age, face_px, estimation):
    prediction = Prediction(FACE, age, male, face_px)
    assert estimate_demographics(prediction, Calibration(), AbstentionRules()).estimation == estimation


@pytest.mark.parametrize(("sharpness", "away_deg"), [(0.005, 0.0), (0.2, 60.0), (0.2, float("inf"))])
def test_nothing_is_said_of_a_blurred_or_turned_face(sharpness, away_deg):
    prediction = Prediction(FACE, 34.0, 0.01, 100.0, sharpness, away_deg)
    assert estimate_demographics(prediction, Calibration(), AbstentionRules()) == Demographics()
    table = tabulate([prediction], Calibration(), AbstentionRules())
    assert (table.is_legible.tolist(), table.is_answered.tolist(), table.is_right.tolist()) == (
        [False],
        [False],
        [True],
    )


def test_calibration_decides_what_is_sure_enough():
    doubtful = Calibration(gender_calibrated=(-0.5, 0.5))
    prediction = Prediction(FACE, 34.0, 0.1, 100.0)
    assert estimate_demographics(prediction, doubtful, AbstentionRules()).gender is Gender.UNKNOWN
    assert estimate_demographics(prediction, doubtful, AbstentionRules(min_confidence=0.7)).gender is Gender.FEMALE
    table = tabulate([prediction], doubtful, AbstentionRules())
    assert (table.raw_male[0], table.male[0]) == (0.1, pytest.approx(0.25))


def test_persons_are_numbered():
    faces = [LabelledFace(Path(f"{name}.jpg"), Gender.MALE, 20.0, subject) for name, subject in ("ax", "bx", "cy")]
    table = tabulate([Prediction(face, 20.0, 0.9, 90.0) for face in faces], Calibration(), AbstentionRules())
    assert table.person.tolist() == [0, 0, 1]
