import itertools

import numpy as np
import pytest
from face_models.training.network import mx, to_mxnet
from face_models.training.optimiser import Adam, learning_rate
from face_models.training.recipe import Recipe

RECIPE = Recipe(learning_rate=0.1, warm_up_steps=4, weight_decay=0.0)


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
