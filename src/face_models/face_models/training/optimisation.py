"""What training makes small, and how: the losses of a batch, and Adam with a state that can be written down.

Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015; the decay is taken from the weights directly
(Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019). The losses are computed from logits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

from face_models.training.examples import Batch
from face_models.training.network import Float32, Params, to_mxnet
from face_models.training.options import AGE_BINS, Recipe

mx = import_mxnet()

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Losses:
    """The losses of a batch, each an MXNet array (n,): one value for each face.

    Attributes:
        total: what training makes small.
        age: cross entropy of the ages, nats.
        years: absolute error of the expected age, years.
        gender: cross entropy of the genders, nats; 0 where the gender doesn't count.
    """

    total: Any
    age: Any
    years: Any
    gender: Any


def compute_losses(logits: Any, batch: Batch, recipe: Recipe) -> Losses:
    """Return the losses of a network's logits (n, 102) on a batch."""
    age_logits = mx.nd.slice_axis(logits, axis=1, begin=0, end=AGE_BINS)
    log_shares = mx.nd.log_softmax(age_logits, axis=1)
    age = -(log_shares * to_mxnet(batch.age_shares)).sum(axis=1)
    bins = to_mxnet(np.arange(AGE_BINS, dtype=np.float32)[None])
    expected = mx.nd.broadcast_mul(mx.nd.exp(log_shares), bins).sum(axis=1)
    years = mx.nd.abs(expected - to_mxnet(batch.age_years))
    gender = _gender_loss(logits, batch)
    total = age + recipe.expectation_weight * years + recipe.gender_weight * gender
    return Losses(total, age, years, gender)


def _gender_loss(logits: Any, batch: Batch) -> Any:
    """Return the cross entropy of log odds, in a form that can't overflow."""
    male = mx.nd.slice_axis(logits, axis=1, begin=AGE_BINS, end=AGE_BINS + 1).reshape(-1)
    loss = mx.nd.relu(male) - male * to_mxnet(batch.is_male) + mx.nd.log1p(mx.nd.exp(-mx.nd.abs(male)))
    return loss * to_mxnet(batch.gender_mask)


class Adam:
    """Makes steps on the parameters of a block."""

    def __init__(self, block: Any, recipe: Recipe, steps: int) -> None:
        """Start at step 0.

        Args:
            block: its parameters are changed.
            recipe: learning rate and decay.
            steps: how many there will be at most.
        """
        self._parameters = dict(sorted(block.collect_params().items()))
        self._recipe = recipe
        self._steps = steps
        self.step_count = 0
        self._mean = {name: mx.nd.zeros(one.shape) for name, one in self._parameters.items()}
        self._square = {name: mx.nd.zeros(one.shape) for name, one in self._parameters.items()}

    def step(self, faces: int) -> None:
        """Follow the gradients of the sum of the losses of so many faces."""
        self.step_count += 1
        rate = learning_rate(self._recipe, self.step_count, self._steps)
        correction = math.sqrt(1 - _BETA2**self.step_count) / (1 - _BETA1**self.step_count)
        options = {"beta1": _BETA1, "beta2": _BETA2, "epsilon": _EPSILON, "wd": 0.0, "rescale_grad": 1.0 / faces}
        for name, parameter in self._parameters.items():
            weight = parameter.data()
            if name.endswith("_weight"):
                weight *= 1 - rate * self._recipe.weight_decay
            mean, square = self._mean[name], self._square[name]
            mx.nd.adam_update(weight, parameter.grad(), mean, square, out=weight, lr=rate * correction, **options)

    def state(self) -> dict[str, Params]:
        """Return copies of the running means of gradients and of their squares."""
        return {kind: {name: one.asnumpy() for name, one in arrays.items()} for kind, arrays in self._kinds().items()}

    def restore(self, state: Mapping[str, Mapping[str, Float32]], step_count: int) -> None:
        """Go on from a state."""
        self.step_count = step_count
        for kind, arrays in self._kinds().items():
            for name in arrays:
                arrays[name] = to_mxnet(state[kind][name]).copy()

    def _kinds(self) -> dict[str, dict[str, Any]]:
        return {"mean": self._mean, "square": self._square}


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Return the learning rate of a step, counted from 1."""
    if step <= recipe.warm_up_steps:
        return recipe.learning_rate * step / recipe.warm_up_steps
    rest = max(steps - recipe.warm_up_steps, 1)
    return recipe.learning_rate * (1 + math.cos(math.pi * min((step - recipe.warm_up_steps) / rest, 1.0))) / 2
