"""Calibration: what the numbers do, which files are refused, and what the shipped numbers are like."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from face_inference.calibration import Calibration, calibration_of_model
from signage_common.errors import ConfigurationError

CURVES = Calibration((-2.0, 0.0, 2.0), (-1.0, 0.5, 1.0), (20.0, 60.0), (4.0, 8.0), {"n": 7})


@pytest.mark.parametrize("probability", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_the_defaults_change_nothing(probability: float) -> None:
    assert Calibration().gender_logit(probability) == pytest.approx(math.log(probability / (1 - probability)))


@pytest.mark.parametrize(("probability", "sign"), [(0.0, -1), (1.0, 1), (1e-30, -1), (1 - 1e-16, 1)])
def test_certainty_stays_finite(probability: float, sign: int) -> None:
    assert Calibration().gender_logit(probability) == pytest.approx(12.0 * sign)


@pytest.mark.parametrize(("raw", "calibrated"), [(-1, -0.25), (0, 0.5), (1, 0.75), (4, 1.5), (-4, -2.5)])
def test_gender_follows_its_points_and_goes_on_beyond_them(raw: float, calibrated: float) -> None:
    assert CURVES.gender_logit(1 / (1 + math.exp(-raw))) == pytest.approx(calibrated)


@pytest.mark.parametrize(("age", "sigma"), [(0, 4), (20, 4), (30, 5), (60, 8), (110, 8)])
def test_age_sigma_follows_its_points_and_stays_level_beyond_them(age: float, sigma: float) -> None:
    assert CURVES.age_sigma(age) == pytest.approx(sigma)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "net-calibration.json"
    path.write_text(json.dumps(CURVES.to_document()))
    assert Calibration.load(path) == CURVES
    assert calibration_of_model(tmp_path, "net") == CURVES


def test_an_unknown_network_is_taken_at_its_word(tmp_path: Path) -> None:
    assert calibration_of_model(tmp_path, "nothing-of-that-name") == Calibration()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"format": 2}, "format 2"),
        ({"gender_raw": [0.0]}, "points"),
        ({"gender_raw": [1.0, 0.0]}, "rising"),
        ({"gender_calibrated": [1.0, 0.0]}, "falls"),
        ({"age_sigma_years": [0.0]}, "above 0"),
        ({"age_years": ["old"]}, "old"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(json.dumps({**Calibration().to_document(), **change}))
    with pytest.raises(ConfigurationError, match=expected) as caught:
        Calibration.load(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        Calibration.load(tmp_path / "none.json")


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
