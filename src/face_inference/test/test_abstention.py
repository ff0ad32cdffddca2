import pytest
from face_inference.abstention import Abstention, AbstentionRules, Threshold
from face_inference.fusing import Belief, decade_probabilities
from signage_common.demographics import Decade, Demographics, Gender


def belief(male=0.95, age=34.0):
    return Belief(male, age, 5.0, decade_probabilities(age, 5.0))


def said(*beliefs, face_px=100.0):
    abstention = Abstention(AbstentionRules())
    return [abstention.say(one, face_px) for one in beliefs]


def test_nothing_is_said_without_belief():
    assert said(None) == [Demographics()]


@pytest.mark.parametrize(("male", "estimation"), [(0.95, "30m"), (0.05, "30f"), (0.79, "unknown"), (0.21, "unknown")])
def test_gender_is_said_from_the_confidence_on(male, estimation):
    assert said(belief(male))[0].estimation == estimation


@pytest.mark.parametrize(("face_px", "estimation"), [(39.9, "unknown"), (40.0, "30m")])
def test_nothing_is_said_of_a_small_face(face_px, estimation):
    (demographics,) = said(belief(), face_px=face_px)
    assert demographics.estimation == estimation
    assert (demographics == Demographics()) == (estimation == "unknown")


@pytest.mark.parametrize(("age", "gender"), [(4.0, Gender.UNKNOWN), (15.9, Gender.UNKNOWN), (16.0, Gender.MALE)])
def test_a_child_has_no_gender(age, gender):
    (demographics,) = said(belief(age=age))
    assert demographics.gender is gender
    assert (demographics.gender_confidence is None) == (gender is Gender.UNKNOWN)
    assert demographics.decade is not Decade.UNKNOWN


def test_a_doubt_about_the_gender_ends_only_well_above_the_confidence():
    genders = [one.gender for one in said(*(belief(male) for male in (0.85, 0.78, 0.82, 0.89, 0.91)))]
    assert genders == [Gender.MALE, Gender.UNKNOWN, Gender.UNKNOWN, Gender.UNKNOWN, Gender.MALE]


def test_a_face_about_the_smallest_size_does_not_flicker():
    abstention = Abstention(AbstentionRules())
    known = [abstention.say(belief(), size).estimation != "unknown" for size in (41, 39, 41, 39, 43, 45)]
    assert known == [True, False, False, False, False, True]


def test_the_decade_holds_near_its_border():
    decades = [one.decade for one in said(*(belief(age=age) for age in (29.0, 30.5, 29.8, 31.2, 31.6, 29.0, 28.4)))]
    assert decades == [Decade.D20S] * 4 + [Decade.D30S] * 2 + [Decade.D20S]


def test_the_first_decade_is_said_as_it_is():
    assert said(belief(age=30.1))[0].decade is Decade.D30S


@pytest.mark.parametrize(
    ("values", "passes"),
    [
        ([5, 9, 10, 9], [False, False, True, False]),
        ([9, 10], [False, True]),
        ([10, 9, 10, 11, 12, 10], [True, False, False, False, True, True]),
    ],
)
def test_a_threshold_is_strict_and_slow_to_trust_again(values, passes):
    threshold = Threshold(10, 12)
    assert [threshold.passes(value) for value in values] == passes
