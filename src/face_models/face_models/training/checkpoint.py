"""All that training needs to go on after a break, in one file."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from face_inference.networks.model_files import one_line, parse_json
from signage_common.errors import ConfigurationError
from signage_common.files import read_file, written_whole

from face_models.training.network import Params
from face_models.training.options import Recipe

FORMAT = 1
_MOST_BYTES = 512 << 20
_BROKEN = (
    *(EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, MemoryError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass
class TrainingProgress:
    """How far training is.

    Attributes:
        epoch: the one that runs, from 0.
        batch: the next one of it.
        step: steps made.
        sums: sums of total, age, years, gender and faces of the running epoch.
        start_loss: the validation loss before the first step.
        best_loss: the lowest validation loss so far.
        best_epoch: when that was; -1 before the first.
        history: one entry for each epoch that ended.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0] * 5)
    start_loss: float = 0.0
    best_loss: float = 0.0
    best_epoch: int = -1
    history: list[dict[str, float]] = field(default_factory=list)


@dataclass
class Checkpoint:
    """A moment of a training.

    Attributes:
        recipe: how it is trained.
        digest: of the faces that it learns from and of where it started.
        progress: how far it is.
        params: the network now.
        best: the network at its best validation.
        state: of the optimiser.
    """

    recipe: Recipe
    digest: str
    progress: TrainingProgress
    params: Params
    best: Params
    state: dict[str, Params]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; a break meanwhile leaves the one before."""
    document = {
        "format": FORMAT,
        "recipe": dataclasses.asdict(checkpoint.recipe),
        "faces": checkpoint.digest,
        "progress": dataclasses.asdict(checkpoint.progress),
    }
    kinds = {"params": checkpoint.params, "best": checkpoint.best, **checkpoint.state}
    arrays = {f"{kind}/{name}": value for kind, params in kinds.items() for name, value in params.items()}
    with written_whole(path) as partial, partial.open("wb") as file:
        np.savez(file, document=np.array(json.dumps(document)), **arrays)


def load_checkpoint(path: Path, recipe: Recipe, digest: str) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ConfigurationError: it is broken, or another training's.
    """
    try:
        with np.load(io.BytesIO(read_file(path, _MOST_BYTES)), allow_pickle=False) as file:
            document: dict[str, Any] = parse_json(str(file["document"]))
            arrays = {name: file[name] for name in file.files if name != "document"}
        if document["format"] != FORMAT:
            raise ValueError(f"got format {document['format']!r}")
        started, progress = Recipe(**document["recipe"]), TrainingProgress(**document["progress"])
    except OSError as error:
        raise ConfigurationError(f"{path}: expected a checkpoint of a training, {error.strerror}") from error
    except _BROKEN as error:
        raise ConfigurationError(f"{path}: expected a checkpoint of a training, {one_line(error)}") from error
    _check_same(path, started, recipe)
    if document["faces"] != digest:
        raise ConfigurationError(f"{path}: expected the same faces and network as at its start, they have changed")
    kinds = {kind: _arrays_of(arrays, kind) for kind in ("params", "best", "mean", "square")}
    state = {kind: kinds[kind] for kind in ("mean", "square")}
    return Checkpoint(started, digest, progress, kinds["params"], kinds["best"], state)


def _check_same(path: Path, started: Recipe, recipe: Recipe) -> None:
    for one in dataclasses.fields(Recipe):
        before, now = getattr(started, one.name), getattr(recipe, one.name)
        if before != now:
            raise ConfigurationError(f"{path}: was started with {one.name} {before}, expected the same, got {now}")


def _arrays_of(arrays: dict[str, Any], kind: str) -> Params:
    return {name.removeprefix(f"{kind}/"): value for name, value in arrays.items() if name.startswith(f"{kind}/")}
