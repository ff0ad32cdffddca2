import numpy as np
import pytest
from face_models.evaluation.intervals import mean_interval, rate_interval, wilson


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
