"""How the network is trained: every number of it."""

from __future__ import annotations

from dataclasses import dataclass

AGE_BINS = 101  # years 0 to 100


@dataclass(frozen=True)
class Recipe:
    """What decides, together with the faces and the network at the start, how training ends.

    Attributes:
        epochs: passes at most.
        batch: faces of one step.
        seed: of the split, the order and the distortions.
        learning_rate: of Adam at its highest.
        warm_up_steps: steps until the learning rate is reached; afterwards it falls to 0 as half a cosine.
        weight_decay: how much of each weight is taken away in a step, times the learning rate.
        patience: epochs without a better validation after which it ends.
        faces_per_epoch: faces of one epoch at most; 0: as many as there are to train on.
        label_spread_years: standard deviation of the normal distribution around a labelled age, of adults; that of
            children is smaller, because at 0 years half of the distribution is cut off and the rest is too old.
        expectation_weight: what a year of error of the expected age adds to the loss.
        gender_weight: how much the gender counts against the age.
        child_below_years: the gender of younger ones isn't learned.
        most_repeats: how often one image is shown in an epoch at most, on average.
    """

    epochs: int = 12
    batch: int = 32
    seed: int = 0
    learning_rate: float = 2e-4
    warm_up_steps: int = 20
    weight_decay: float = 1e-4
    patience: int = 4
    faces_per_epoch: int = 0
    label_spread_years: float = 2.5
    expectation_weight: float = 0.1
    gender_weight: float = 1.0
    child_below_years: float = 16.0
    most_repeats: float = 4.0
