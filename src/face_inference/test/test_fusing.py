import pytest
from face_inference.fusing import Fusion, Observation, decade_probabilities, weigh


def fuse(*observations):
    fusion = Fusion()
    for male, age in observations:
        fusion.add(Observation(male, age, face_px=120.0))
    return fusion.belief()


def test_without_evidence_there_is_no_belief():
    assert Fusion().belief() is None


@pytest.mark.parametrize("male", [0.1, 0.5, 0.7])
def test_one_observation_is_believed_as_it_is(male):
    assert fuse((male, 30.0)).male_probability == pytest.approx(male)


def test_no_single_image_is_believed_beyond_its_limit():
    assert fuse((1.0, 30.0)).male_probability == pytest.approx(0.9526, abs=1e-3)


def test_evidence_adds_up():
    assert fuse((0.7, 30.0), (0.7, 30.0)).male_probability == pytest.approx(0.49 / (0.49 + 0.09))
    assert fuse((0.7, 30.0), (0.3, 30.0)).male_probability == pytest.approx(0.5)


def test_a_long_track_can_still_be_turned():
    assert fuse(*[(0.99, 30.0)] * 100, *[(0.01, 30.0)] * 4).male_probability < 0.01


def test_one_bad_image_does_not_turn_a_settled_gender():
    assert fuse(*[(0.9, 30.0)] * 5, (0.05, 30.0)).male_probability > 0.8


def test_the_age_is_the_mean_and_gets_surer():
    one, many = fuse((0.5, 34.0)), fuse(*[(0.5, age) for age in (30.0, 34.0, 38.0)] * 3)
    assert many.age_years == pytest.approx(34.0)
    assert many.age_spread_years < one.age_spread_years


def test_ages_that_differ_widely_are_less_sure():
    assert (
        fuse(*[(0.5, age) for age in (15.0, 55.0)] * 3).age_spread_years
        > fuse(*[(0.5, age) for age in (34.0, 36.0)] * 3).age_spread_years
    )


def test_a_long_track_follows_a_new_age():
    assert fuse(*[(0.5, 20.0)] * 300, *[(0.5, 40.0)] * 40).age_years > 35.0


@pytest.mark.parametrize(("age", "believed"), [(-3.0, 0.0), (130.0, 120.0)])
def test_ages_stay_in_range(age, believed):
    assert fuse((0.5, age)).age_years == pytest.approx(believed)


def test_a_small_face_counts_less():
    small, large = Observation(0.9, 30.0, 45.0), Observation(0.9, 30.0, 200.0)
    assert 0 < weigh(small) < weigh(large) == 1.0
    fusion = Fusion()
    fusion.add(Observation(0.5, 20.0, 48.0))
    fusion.add(Observation(0.5, 50.0, 96.0))
    assert fusion.belief().age_years == pytest.approx(40.0)


@pytest.mark.parametrize(("age", "decade"), [(3.0, 0), (25.0, 2), (99.0, 9)])
def test_decade_probabilities_sum_to_one_and_lead_to_the_age(age, decade):
    probabilities = decade_probabilities(age, 5.0)
    assert len(probabilities) == 10
    assert sum(probabilities) == pytest.approx(1.0)
    assert max(probabilities) == probabilities[decade]
