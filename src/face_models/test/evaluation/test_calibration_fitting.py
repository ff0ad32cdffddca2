import numpy as np
import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_models.evaluation.calibration_fitting import (
    FITTERS,
    fit_age_sigma,
    fit_calibration,
    held_out_loss,
    with_source,
)
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError


def test_what_was_claimed_too_surely_is_put_right(overconfident):
    calibration = fit_calibration(overconfident)
    assert calibration.about["kind"] == "platt"
    assert calibration.gender_logit(0.5) == pytest.approx(-0.4, abs=0.15)
    assert calibration.gender_logit(1 / (1 + np.exp(-4))) == pytest.approx(4 / 2 - 0.4, abs=0.25)
    assert calibration.about["ece_before"] > 0.08
    assert calibration.about["ece_after"] < 0.025


def test_the_fitted_curve_can_be_stored(overconfident):
    calibration = with_source(fit_calibration(overconfident), "faces by lot", "2026-01-01")
    again = Calibration.from_document(calibration.to_document())
    assert again == calibration
    assert again.about["source"] == "faces by lot"


@pytest.mark.parametrize("kind", FITTERS)
def test_every_way_beats_the_raw_answer_on_faces_held_out(overconfident, kind):
    raw = np.log(overconfident.raw_male / (1 - overconfident.raw_male))
    identity = held_out_loss(
        lambda x, y: (np.array([-40.0, 40.0]), np.array([-40.0, 40.0])),
        raw,
        overconfident.is_male,
        overconfident.person,
    )
    assert held_out_loss(FITTERS[kind], raw, overconfident.is_male, overconfident.person) < identity - 0.05


def test_isotonic_never_falls_and_can_be_stored(overconfident):
    raw = np.log(overconfident.raw_male / (1 - overconfident.raw_male))
    x, y = FITTERS["isotonic"](raw, overconfident.is_male)
    assert (np.diff(x) > 0).all() and (np.diff(y) >= 0).all()
    Calibration.from_document(
        {**Calibration().to_document(), "gender_raw": x.tolist(), "gender_calibrated": y.tolist()}
    )


def test_the_spread_of_age_follows_the_estimate():
    lot = np.random.default_rng(0)
    estimated = lot.uniform(0, 80, 20000)
    ages, sigmas = fit_age_sigma(estimated, lot.normal(0, np.where(estimated < 40, 3, 8)))
    assert sigmas[ages == 15] == pytest.approx(3, abs=0.3)
    assert sigmas[ages == 65] == pytest.approx(8, abs=0.6)


def test_the_spread_of_a_few_is_one_number():
    ages, sigmas = fit_age_sigma(np.array([20.0, 30.0]), np.array([4.0, -4.0]))
    assert (ages.tolist(), sigmas.tolist()) == ([0.0], [4.0])


def test_too_few_faces_are_one_line(tabulate_rows):
    table = tabulate_rows([(Gender.MALE, 30.0, 0.9, 31.0)] * 50)
    with pytest.raises(ConfigurationError, match="100 or more women and as many men, got 0 and 50"):
        fit_calibration(table)
    assert AbstentionRules().min_confidence == 0.8
