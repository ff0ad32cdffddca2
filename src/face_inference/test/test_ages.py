import pytest
from face_inference.ages import AgePosterior
from face_inference.fusing import decade_probabilities


def believe(*ages, weight=1.0, keep=1.0, person_spread=5.0):
    posterior = AgePosterior(3.5)
    for age in ages:
        posterior.add(age, weight, keep)
    return posterior.belief(person_spread)


def test_before_any_image_every_age_is_as_likely():
    belief = believe()
    assert belief.spread_years > 40
    assert max(belief.decade_probabilities[1:-1]) == pytest.approx(min(belief.decade_probabilities[1:-1]), abs=0.01)


@pytest.mark.parametrize("age", [0.0, 12.5, 40.0, 88.0])
def test_images_that_agree_are_believed(age):
    assert believe(age, age, age).years == pytest.approx(age, abs=0.2)


def test_what_stays_with_the_person_is_never_averaged_away():
    assert believe(*[40.0] * 1000).spread_years == pytest.approx(5.0, abs=0.05)


def test_the_decades_are_those_of_a_normal_distribution_when_the_images_agree():
    belief = believe(*[40.0] * 50, person_spread=6.0)
    assert belief.decade_probabilities == pytest.approx(decade_probabilities(40.0, belief.spread_years), abs=0.01)


def test_two_camps_leave_both_decades_likely():
    probabilities = believe(*[24.0, 46.0] * 3).decade_probabilities
    assert probabilities[2] > 0.25 and probabilities[4] > 0.25


def test_a_weak_image_moves_less_and_what_is_forgotten_counts_less():
    posterior = AgePosterior(3.5)
    posterior.add(30.0, 1.0, 1.0)
    posterior.add(36.0, 0.2, 1.0)
    weak = posterior.belief(5.0).years
    assert 30.0 < weak < 32.5
    posterior.add(36.0, 1.0, 0.1)
    assert posterior.belief(5.0).years > 34.5


@pytest.mark.parametrize("age", [0.0, 60.0, 120.0])
def test_probabilities_sum_to_one(age):
    belief = believe(age)
    assert sum(belief.decade_probabilities) == pytest.approx(1.0)
    assert all(one >= 0 for one in belief.decade_probabilities)
    assert 0.0 <= belief.years <= 120.0
