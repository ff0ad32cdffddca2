from pathlib import Path

import numpy as np
import pytest
from face_models.labelled.faces import LabelledFace
from face_models.training.examples import Example, age_distribution, label
from face_models.training.losses import compute_losses
from face_models.training.network import to_mxnet
from face_models.training.recipe import Recipe
from signage_common.demographics import Gender

RECIPE = Recipe()
BOX = np.array([0, 0, 1, 1], np.float32)


def losses_of(logits, *people):
    examples = [Example(LabelledFace(Path("a.jpg"), gender, age), BOX) for gender, age in people]
    planes = [np.zeros((3, 1, 1), np.float32)] * len(people)
    losses = compute_losses(to_mxnet(np.array(logits)), label(examples, planes, RECIPE), RECIPE)
    return {name: getattr(losses, name).asnumpy() for name in ("total", "age", "years", "gender")}


def say(age, male):
    return np.append(-((np.arange(101) - age) ** 2) / (2 * RECIPE.label_spread_years**2), male)


def test_the_right_answer_costs_only_what_the_label_leaves_open():
    spread = RECIPE.label_spread_years
    losses = losses_of([say(40, 20.0)], (Gender.MALE, 40.0))
    assert losses["age"][0] == pytest.approx(np.log(spread * np.sqrt(2 * np.pi * np.e)), abs=1e-3)
    assert losses["years"][0] == pytest.approx(0, abs=1e-3)
    assert losses["gender"][0] == pytest.approx(0, abs=1e-6)


def test_a_wrong_age_costs_its_years_too():
    losses = losses_of([say(40, 0.0), say(40, 0.0)], (Gender.MALE, 42.0), (Gender.MALE, 50.0))
    assert losses["years"] == pytest.approx([2, 10], abs=1e-2)
    assert losses["age"][1] > losses["age"][0] + 5
    assert losses["total"] == pytest.approx(losses["age"] + 0.1 * losses["years"] + losses["gender"], rel=1e-5)


def test_the_gender_of_children_costs_nothing():
    people = [(Gender.FEMALE, 40.0), (Gender.FEMALE, 15.0), (Gender.MALE, 40.0)]
    losses = losses_of([say(40, 3.0)] * 3, *people)
    assert losses["gender"] == pytest.approx([3 + np.log1p(np.exp(-3)), 0, np.log1p(np.exp(-3))], rel=1e-5)


def test_no_logit_is_too_large():
    losses = losses_of([say(40, 1e4), say(40, -1e4)], (Gender.MALE, 0.0), (Gender.MALE, 100.0))
    assert all(np.isfinite(values).all() for values in losses.values())


def test_labelled_ages_become_distributions():
    shares = age_distribution(np.array([0, 50, 100], np.float32), 2.5)
    assert shares.sum(1) == pytest.approx([1, 1, 1])
    assert shares.argmax(1).tolist() == [0, 50, 100]
    expected = shares @ np.arange(101)
    assert expected[0] < 0.5
    assert expected[1] == pytest.approx(50)
