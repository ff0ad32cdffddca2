"""The numbers that are shipped for the converted network."""

from __future__ import annotations

from pathlib import Path

import pytest
from face_inference.calibration import calibration_of_model


@pytest.fixture
def shipped(tmp_path: Path):
    return calibration_of_model(tmp_path, "age-gender")


def test_they_say_where_they_come_from(shipped) -> None:
    assert shipped.about["n"] >= 1000
    assert shipped.about["ece_after"] < shipped.about["ece_before"]
    assert {"source", "date", "kind"} <= set(shipped.about)


def test_they_change_how_sure_a_gender_is_and_seldom_which(shipped) -> None:
    assert shipped.gender_logit(0.01) < -2 and shipped.gender_logit(0.99) > 2
    assert abs(shipped.gender_logit(0.5)) < 1


def test_the_spread_of_age_is_that_of_people(shipped) -> None:
    assert all(1 < shipped.age_sigma(age) < 12 for age in range(0, 100, 5))
    assert shipped.age_sigma(5) < shipped.age_sigma(45)
