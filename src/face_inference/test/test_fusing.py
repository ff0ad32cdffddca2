import dataclasses
import itertools
import math
import statistics

import pytest
from face_inference.calibration import Calibration
from face_inference.fusing import AgePosterior, Fusion, Observation, effective_images, weigh
from signage_common.demographics import DECADES

CLEAR = Observation(0.5, 30.0, face_px=120.0, sharpness=0.2, away_deg=5.0)


def seen(male=0.5, age=30.0, **how):
    return dataclasses.replace(CLEAR, male_probability=male, age_years=age, **how)


def fuse(*observations, calibration=Calibration()):  # noqa: B008
    fusion = Fusion(calibration)
    for one in observations:
        fusion.add(one if isinstance(one, Observation) else seen(*one))
    return fusion.belief()


def normal_decades(age_years, spread_years):
    """Return the probability of each decade under a normal distribution; the outer decades take its tails."""
    normal = statistics.NormalDist(age_years, spread_years)
    below = [0.0, *(normal.cdf(10.0 * decade) for decade in range(1, DECADES)), 1.0]
    return tuple(high - low for low, high in itertools.pairwise(below))


def test_without_evidence_there_is_no_belief():
    assert Fusion(Calibration()).belief() is None


@pytest.mark.parametrize("male", [0.1, 0.5, 0.7])
def test_one_clear_image_is_believed_as_it_is(male):
    assert fuse((male, 30.0)).male_probability == pytest.approx(male)


def test_the_evidence_is_calibrated():
    half = Calibration(gender_calibrated=(-0.5, 0.5))
    assert fuse((0.9, 30.0), calibration=half).male_probability == pytest.approx(0.75)


def test_no_single_image_is_believed_beyond_its_limit():
    assert fuse((1.0, 30.0)).male_probability == pytest.approx(0.982, abs=1e-3)


def test_images_that_agree_are_surer_than_one_but_not_as_if_they_were_strangers():
    one, two, many = (fuse(*[(0.7, 30.0)] * count).male_probability for count in (1, 2, 50))
    strangers = 0.49 / (0.49 + 0.09)
    assert one < two < strangers
    assert two < many < 0.9


def test_images_that_contradict_each_other_say_nothing():
    assert fuse((0.8, 30.0), (0.2, 30.0)).male_probability == pytest.approx(0.5)


def test_a_long_track_can_still_be_turned():
    assert fuse(*[(0.97, 30.0)] * 100, *[(0.03, 30.0)] * 20).male_probability < 0.3


def test_one_bad_image_does_not_turn_a_settled_gender():
    assert fuse(*[(0.9, 30.0)] * 5, (0.05, 30.0)).male_probability > 0.8


def test_the_age_is_the_middle_and_gets_surer():
    one, many = fuse((0.5, 34.0)), fuse(*[(0.5, age) for age in (30.0, 34.0, 38.0)] * 3)
    assert many.age_years == pytest.approx(34.0)
    assert many.age_spread_years < one.age_spread_years


@pytest.mark.parametrize("age", [20.0, 50.0])
def test_one_image_of_a_camera_is_somewhat_less_sure_of_the_age_than_a_portrait(age):
    sigma = Calibration(age_years=(20.0, 50.0), age_sigma_years=(5.0, 9.0))
    assert fuse((0.5, age), calibration=sigma).age_spread_years == pytest.approx(
        math.hypot(sigma.age_sigma(age), 4.0), rel=0.1
    )


def test_ages_that_differ_widely_are_less_sure():
    apart, near = ([(0.5, age) for age in ages] * 2 for ages in ((25.0, 40.0), (32.0, 33.0)))
    assert fuse(*apart).age_spread_years > fuse(*near).age_spread_years


def test_one_wild_age_is_hardly_heard():
    assert fuse(*[(0.5, 30.0)] * 4, (0.5, 70.0)).age_years < 32.0


def test_a_long_track_follows_a_new_age():
    assert fuse(*[(0.5, 20.0)] * 300, *[(0.5, 40.0)] * 40).age_years > 35.0


@pytest.mark.parametrize("age", [-3.0, 0.0, 2.0, 118.0, 130.0])
def test_ages_stay_in_range(age):
    assert fuse((0.5, age)).age_years == pytest.approx(min(max(age, 0.0), 120.0), abs=1.0)


@pytest.mark.parametrize("how", [{"face_px": 45.0}, {"sharpness": 0.02}, {"away_deg": 35.0}])
def test_what_is_seen_badly_counts_less(how):
    bad = seen(**how)
    assert 0 < weigh(bad) < weigh(CLEAR) == 1.0
    mixed = fuse(dataclasses.replace(bad, male_probability=0.1), seen(0.9))
    assert mixed.male_probability > 0.6
    assert fuse(seen(0.9, **how)).male_probability < fuse(seen(0.9)).male_probability


def test_nothing_that_is_seen_counts_nothing():
    assert weigh(seen(face_px=1.0, sharpness=0.0, away_deg=90.0)) > 0


def test_correlated_images_count_ever_less():
    counts = [effective_images(images) for images in (0.0, 0.5, 1.0, 2.0, 5.0, 1000.0)]
    assert counts[0] == 0 and counts[2] == 1
    assert all(low < high for low, high in itertools.pairwise(counts)) and counts[-1] < 2


@pytest.mark.parametrize(("age", "decade"), [(3.0, 0), (25.0, 2), (99.0, 9)])
def test_decade_probabilities_sum_to_one_and_lead_to_the_age(age, decade):
    for probabilities in (normal_decades(age, 5.0), fuse((0.5, age)).decade_probabilities):
        assert len(probabilities) == 10
        assert sum(probabilities) == pytest.approx(1.0)
        assert max(probabilities) == probabilities[decade]


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
    assert belief.decade_probabilities == pytest.approx(normal_decades(40.0, belief.spread_years), abs=0.01)


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
