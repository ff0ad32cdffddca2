import json

import numpy as np
import pytest
from face_models.evaluation.metrics import (
    calibration_error,
    compute_metrics,
    log_loss,
    mean_interval,
    rate_interval,
    reliability_bins,
    risk_coverage,
    wilson,
)
from signage_common.demographics import Gender

ROWS = [
    (Gender.MALE, 30.0, 0.92, 34.0),  # right
    (Gender.MALE, 30.0, 0.7, 45.0),  # right, not sure enough to be said, next decade
    (Gender.FEMALE, 52.0, 0.85, 30.0),  # wrong, two decades off
    (Gender.FEMALE, 25.0, 0.08, 20.0),  # right
    (Gender.FEMALE, 6.0, 0.01, 7.0),  # right, but taken for a child
]


def test_the_metrics_of_all(tabulate_rows):
    metrics = compute_metrics(tabulate_rows(ROWS))
    assert (metrics["n"], metrics["answered"]) == (5, 3)
    assert metrics["gender_accuracy"] == pytest.approx(0.8)
    assert metrics["gender_accuracy_answered"] == pytest.approx(2 / 3)
    assert metrics["age_mae"] == pytest.approx((4 + 15 + 22 + 5 + 1) / 5)
    assert metrics["age_bias"] == pytest.approx((4 + 15 - 22 - 5 + 1) / 5)
    assert (metrics["decade_exact"], metrics["decade_within_one"]) == (pytest.approx(0.6), pytest.approx(0.8))


def test_the_metrics_of_parts(tabulate_rows):
    metrics = compute_metrics(tabulate_rows(ROWS))
    assert set(metrics["by_decade"]) == {"0", "20", "30", "50"}
    assert metrics["by_decade"]["30"]["n"] == 2
    assert metrics["by_gender"]["female"]["gender_accuracy"] == pytest.approx(2 / 3)
    assert metrics["by_group"] == {}


def test_the_document_has_the_keys_that_scripts_read_and_is_json(tabulate_rows):
    metrics = compute_metrics(tabulate_rows(ROWS))
    wanted = "n answered gender_accuracy age_mae age_bias decade_exact decade_within_one by_decade by_gender by_group"
    assert {*wanted.split(), "calibration_error"} <= set(metrics)
    assert json.loads(json.dumps(metrics, allow_nan=False))["n"] == 5


def test_confusion(tabulate_rows):
    confusion = compute_metrics(tabulate_rows(ROWS))["confusion"]
    assert confusion["gender"] == [[1, 1, 1], [0, 1, 1]]
    assert (confusion["decade"][5][3], confusion["decade"][3][4], sum(map(sum, confusion["decade"]))) == (1, 1, 5)


def test_the_surer_the_fewer_and_the_better(tabulate_rows):
    by_confidence = {one.confidence: one for one in risk_coverage(tabulate_rows(ROWS))}
    assert [by_confidence[one].answered for one in (0.5, 0.8, 0.9, 0.95)] == [4, 3, 2, 0]
    assert by_confidence[0.9].accuracy == 1.0
    assert by_confidence[0.5].coverage == pytest.approx(0.8)
    assert by_confidence[0.95].accuracy is None


def test_nobody_taken_for_an_adult(tabulate_rows):
    metrics = compute_metrics(tabulate_rows(ROWS[-1:]))
    assert (metrics["answered"], metrics["calibration_error"], metrics["gender_accuracy_answered"]) == (0, None, None)


@pytest.mark.parametrize(
    ("rate", "trials", "expected"),
    [(0.5, 10, (0.2366, 0.7634)), (1.0, 10, (0.7225, 1.0)), (0.0, 40, (0.0, 0.0876)), (0.95, 100, (0.8882, 0.9785))],
)
def test_wilson(rate, trials, expected):
    assert wilson(rate, trials) == pytest.approx(expected, abs=1e-4)


def test_the_interval_of_a_rate_counts_persons_not_images():
    hits = np.arange(100) % 10 > 0
    alone, few = rate_interval(hits, np.arange(100)), rate_interval(hits, np.arange(100) // 10)
    assert few[1] - few[0] > 2 * (alone[1] - alone[0])
    assert rate_interval(hits[:0], np.arange(0)) is None


def test_the_interval_of_a_mean_is_near_that_of_theory():
    values = np.random.default_rng(0).normal(3, 2, 400)
    low, high = mean_interval(values, np.arange(400))
    assert (low, high) == pytest.approx((values.mean() - 0.196, values.mean() + 0.196), abs=0.03)
    assert mean_interval(values, np.arange(400)) == (low, high)


def test_images_of_one_person_widen_the_interval_of_a_mean():
    person = np.repeat(np.arange(20), 20)
    values = np.random.default_rng(0).normal(0, 2, 20)[person]
    low, high = mean_interval(values, person)
    assert high - low > 1.2
    assert mean_interval(values[:20], person[:20]) is None


def test_what_is_claimed_and_what_is_kept():
    male = np.array([0.91, 0.99, 0.05, 0.05, 0.6])
    is_male = np.array([True, True, False, True, False])
    sure, unsure = reliability_bins(male, is_male, bins=2)[1], reliability_bins(male, is_male, bins=2)[0]
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
