"""What training makes small; everything is computed from logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from face_inference.networks.mxnet_library import import_mxnet

from face_models.training.examples import Batch
from face_models.training.network import to_mxnet
from face_models.training.recipe import AGE_BINS, Recipe

mx = import_mxnet()


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
    """Return the losses of what a network said (n, 102) of a batch."""
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
    return loss * to_mxnet(batch.gender_counts)
