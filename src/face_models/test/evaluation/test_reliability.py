import numpy as np
import pytest
from face_models.evaluation.reliability import calibration_error, log_loss, reliability


def test_what_is_claimed_and_what_is_kept():
    male = np.array([0.91, 0.99, 0.05, 0.05, 0.6])
    is_male = np.array([True, True, False, True, False])
    sure, unsure = reliability(male, is_male, bins=2)[1], reliability(male, is_male, bins=2)[0]
    assert (sure.n, sure.confidence, sure.accuracy) == (4, pytest.approx(0.95), 0.75)
    assert (unsure.n, unsure.confidence, unsure.accuracy) == (1, pytest.approx(0.6), 0.0)
    assert calibration_error(male, is_male, bins=2) == pytest.approx((4 * 0.2 + 0.6) / 5)


def test_certainty_falls_into_the_last_part():
    assert calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0


def test_nothing_has_no_error():
    assert calibration_error(np.array([]), np.array([], bool)) is None


def test_log_loss():
    assert log_loss(np.array([0.5, 0.25]), np.array([True, False])) == pytest.approx(-np.log([0.5, 0.75]).mean())
    assert np.isfinite(log_loss(np.array([0.0]), np.array([True])))
