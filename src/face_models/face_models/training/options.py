"""What a training is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from face_models.labelled.layouts import Reading
from face_models.training.recipe import Recipe


@dataclass(frozen=True)
class Options:
    """What is asked for.

    Attributes:
        folder: the labelled faces.
        models_dir: the folder of the networks.
        out: beginning of the paths of all that is written.
        model: the network to start from: a name, or the beginning of the paths of its files.
        reading: how the folder is read.
        detect: whether a face is looked for first; None: as its layout needs.
        recipe: how it is trained.
        resume: whether a training that was cut off goes on.
        json: where the figures of both networks go.
        date: the day that is noted in the calibration.
    """

    folder: Path
    models_dir: Path
    out: Path
    model: str = "age-gender"
    reading: Reading = field(default_factory=Reading)
    detect: bool | None = None
    recipe: Recipe = field(default_factory=Recipe)
    resume: bool = False
    json: Path | None = None
    date: str = ""

    def beside(self, ending: str) -> Path:
        """Return the path of something that is written."""
        return self.out.with_name(self.out.name + ending)

    @property
    def new_model(self) -> str:
        """Return the result's name as a network: a path, never a name in the models' folder."""
        return str(self.out.absolute())
