import numpy as np
import pytest
from face_inference.abstention import Abstention, AbstentionRules, Hysteresis, is_legible
from face_inference.fusing import Belief
from signage_common.demographics import Decade, Demographics, Gender


def belief(male=0.95, age=34.0):
    return Belief(male, age, 5.0, (0.1,) * 10)


def said(*beliefs, face_px=100.0, every_s=2.0):
    abstention = Abstention(AbstentionRules())
    return [abstention.decide(one, face_px, every_s * index) for index, one in enumerate(beliefs)]


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
    sizes = (41, 39, 41, 39, 43, 45)
    known = [abstention.decide(belief(), size, 2.0 * step).estimation != "unknown" for step, size in enumerate(sizes)]
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
    hysteresis = Hysteresis(10, 12)
    assert [hysteresis.passes(value) for value in values] == passes


@pytest.mark.parametrize(
    ("sharpness", "away_deg", "legible"), [(0.2, 5, True), (0.014, 5, False), (0.2, 41, False), (0.015, 40, True)]
)
def test_which_images_are_evidence(sharpness, away_deg, legible):
    assert is_legible(AbstentionRules(), sharpness, away_deg) is legible


def test_the_first_estimation_is_said_at_once():
    told = said(None, belief(male=0.6), belief(male=0.95), every_s=0.1)
    assert [one.estimation for one in told] == ["unknown", "unknown", "30m"]


def test_an_estimation_changes_at_most_once_a_second():
    ages = [24.0 if step % 2 else 36.0 for step in range(60)]
    told = [one.estimation for one in said(*(belief(age=age) for age in ages), every_s=0.1)]
    changes = [index for index in range(1, len(told)) if told[index] != told[index - 1]]
    assert len(changes) >= 3
    assert min(np.diff([0, *changes])) >= 10


def test_a_gender_that_does_not_hold_is_withdrawn_at_once_and_comes_back_after_a_second():
    males = [0.95] * 3 + [0.02] * 15
    told = [one.gender for one in said(*(belief(male) for male in males), every_s=0.1)]
    assert told[:3] == [Gender.MALE] * 3
    assert told[3:13] == [Gender.UNKNOWN] * 10 and told[13:] == [Gender.FEMALE] * 5


def test_no_message_breaks_a_limit_whatever_comes():
    rng = np.random.default_rng(4)
    abstention = Abstention(AbstentionRules())
    for step in range(500):
        male, age, size = rng.random(), rng.uniform(10, 30), rng.uniform(30, 60)
        one = abstention.decide(belief(male, age), size, step / 10)
        if one.gender is not Gender.UNKNOWN:
            sure = male if one.gender is Gender.MALE else 1 - male
            assert sure >= 0.8 and age >= 16 and size >= 40


@pytest.mark.fault
@pytest.mark.parametrize(
    ("strict", "face_px", "male", "age"),
    [
        (AbstentionRules(min_face_px=60), 50.0, 0.95, 34.0),
        (AbstentionRules(min_confidence=0.97), 100.0, 0.95, 34.0),
        (AbstentionRules(child_below_years=20), 100.0, 0.95, 18.0),
    ],
)
def test_other_rules_hold_at_once_in_both_directions(strict, face_px, male, age):
    abstention = Abstention(AbstentionRules())
    genders = []
    for step, rules in enumerate([None, strict, None, AbstentionRules(), strict, AbstentionRules()]):
        if rules is not None:
            abstention.follow(rules)
        genders.append(abstention.decide(belief(male, age), face_px, step / 10).gender)
    assert genders == [Gender.MALE, Gender.UNKNOWN, Gender.UNKNOWN, Gender.MALE, Gender.UNKNOWN, Gender.MALE]
