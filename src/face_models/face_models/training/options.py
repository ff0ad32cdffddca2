"""What a training is asked for, and its recipe: every number that decides how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from face_models.labelled.layouts import LayoutOptions

AGE_BINS = 101  # years 0 to 100


@dataclass(frozen=True)
class Recipe:
    """What decides, together with the faces and the network at the start, how training ends.

    Attributes:
        epochs: passes at most.
        batch: faces of one step.
        seed: of the split, the order and the augmentation.
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


@dataclass(frozen=True)
class TrainingOptions:
    """What is asked for.

    Attributes:
        folder: the labelled faces.
        models_dir: the folder of the networks.
        out: beginning of the paths of all that is written.
        model: the network to start from: a name, or the beginning of the paths of its files.
        layout: how the folder is read.
        detect: whether a face is looked for first; None: as its layout needs.
        recipe: how it is trained.
        resume: whether a training that was cut off goes on.
        force: whether one begins anew where a network, or one that was cut off, is there already.
        json: where the metrics of both networks go.
        date: the day that is noted in the calibration.
    """

    folder: Path
    models_dir: Path
    out: Path
    model: str = "age-gender"
    layout: LayoutOptions = field(default_factory=LayoutOptions)
    detect: bool | None = None
    recipe: Recipe = field(default_factory=Recipe)
    resume: bool = False
    force: bool = False
    json: Path | None = None
    date: str = ""

    def beside(self, ending: str) -> Path:
        """Return the path of something that is written: ``out`` with an ending."""
        return self.out.with_name(self.out.name + ending)

    @property
    def new_model(self) -> str:
        """Return the result's name as a network: a path, never a name in the models' folder."""
        return str(self.out.absolute())
