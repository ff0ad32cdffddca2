"""The losses of a batch, and Adam's steps."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from face_models.labelled.faces import LabelledFace
from face_models.training.examples import Example, age_distribution, make_batch
from face_models.training.network import mx, to_mxnet
from face_models.training.optimisation import Adam, compute_losses, learning_rate
from face_models.training.options import Recipe
from signage_common.demographics import Gender

DEFAULTS = Recipe()
BOX = np.array([0, 0, 1, 1], np.float32)
RECIPE = Recipe(learning_rate=0.1, warm_up_steps=4, weight_decay=0.0)


def losses_of(logits, *people):
    examples = [Example(LabelledFace(Path("a.jpg"), gender, age), BOX) for gender, age in people]
    planes = [np.zeros((3, 1, 1), np.float32)] * len(people)
    losses = compute_losses(to_mxnet(np.array(logits)), make_batch(examples, planes, DEFAULTS), DEFAULTS)
    return {name: getattr(losses, name).asnumpy() for name in ("total", "age", "years", "gender")}


def say(age, male):
    return np.append(-((np.arange(101) - age) ** 2) / (2 * DEFAULTS.label_spread_years**2), male)


def test_the_right_answer_costs_only_what_the_label_leaves_open():
    spread = DEFAULTS.label_spread_years
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


def make_block():
    block = mx.gluon.nn.Dense(1, in_units=3, use_bias=False)
    block.initialize(mx.init.One())
    return block


def step(block, adam, inputs):
    with mx.autograd.record():
        loss = (block(to_mxnet(inputs)) ** 2).sum()
    loss.backward()
    adam.step(len(inputs))


def test_the_rate_rises_then_falls_to_nothing():
    rates = [learning_rate(RECIPE, one, 104) for one in range(1, 105)]
    assert rates[:4] == pytest.approx([0.025, 0.05, 0.075, 0.1])
    assert rates[53] == pytest.approx(0.05, abs=1e-3)
    assert rates[-1] == pytest.approx(0.0)
    assert all(before > after for before, after in itertools.pairwise(rates[4:]))


def test_the_first_step_is_the_rate_against_the_gradient():
    block = make_block()
    step(block, Adam(block, RECIPE, 10), np.array([[1.0, 2.0, -9.0]]))
    moved = next(iter(block.collect_params().values())).data().asnumpy() - 1
    assert moved[0] == pytest.approx([0.025, 0.025, -0.025], abs=1e-5)


def test_going_on_from_a_state_is_as_without_a_break():
    inputs = np.random.default_rng(0).normal(size=(6, 4, 3))
    whole, first, second = make_block(), make_block(), make_block()
    adam = Adam(whole, RECIPE, 6)
    for one in inputs:
        step(whole, adam, one)
    before = Adam(first, RECIPE, 6)
    for one in inputs[:3]:
        step(first, before, one)
    after = Adam(second, RECIPE, 6)
    names = [list(block.collect_params()) for block in (first, second)]
    rename = dict(zip(*names, strict=True))
    state = {kind: {rename[name]: value for name, value in one.items()} for kind, one in before.state().items()}
    after.restore(state, 3)
    second.weight.set_data(first.weight.data())
    for one in inputs[3:]:
        step(second, after, one)
    assert np.array_equal(second.weight.data().asnumpy(), whole.weight.data().asnumpy())


def test_weights_decay():
    block = make_block()
    adam = Adam(block, Recipe(learning_rate=0.1, warm_up_steps=1, weight_decay=0.5), 10)
    step(block, adam, np.zeros((1, 3)))
    assert block.weight.data().asnumpy()[0] == pytest.approx([0.95] * 3)
