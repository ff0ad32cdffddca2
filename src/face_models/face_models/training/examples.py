"""Faces as the network takes them, and what it should say of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from face_inference.networks.crops import crop
from face_inference.networks.pixels import FACE_MEAN_RGB, InputBuffer, scale_table
from signage_common.demographics import Gender

from face_models.labelled.faces import LabelledFace
from face_models.labelled.pictures import read_picture
from face_models.training.distortion import distort
from face_models.training.recipe import AGE_BINS, Recipe

Float32 = npt.NDArray[np.float32]

SIDE_PX = 112
_ADULT_YEARS = 20.0  # from here on a label has its full spread
_LEAST_SPREAD = 0.25  # of it


@dataclass(frozen=True, eq=False)
class Example:
    """A labelled face and where it is: float32 (4,), a box in pixels of its picture."""

    face: LabelledFace
    xyxy_px: Float32


@dataclass(frozen=True, eq=False)
class Batch:
    """What a step learns from.

    Attributes:
        planes: float32 (n, 3, 112, 112), scaled as the network wants it.
        age_years: float32 (n,), not above the last bin.
        age_shares: float32 (n, 101), the labelled age as a normal distribution; sums are 1.
        is_male: float32 (n,), 0 or 1.
        gender_counts: float32 (n,), 0 where the gender isn't learned, as of children.
    """

    planes: Float32
    age_years: Float32
    age_shares: Float32
    is_male: Float32
    gender_counts: Float32


class Painter:
    """Makes the network's input out of examples."""

    def __init__(self) -> None:
        self._buffer = InputBuffer(SIDE_PX, SIDE_PX, scale_table(FACE_MEAN_RGB, 255), centred=True)

    def plain(self, example: Example) -> Float32:
        """Return the planes of a face as the node sees it: float32 (3, 112, 112)."""
        picture = read_picture(example.face.path)
        face = crop(picture, example.xyxy_px)
        self._buffer.fill(picture if face is None else face.image_bgr)
        return self._copy()

    def distorted(self, example: Example, generator: np.random.Generator) -> Float32:
        """Return the planes of a distorted face: float32 (3, 112, 112)."""
        self._buffer.fill(distort(read_picture(example.face.path), example.xyxy_px, SIDE_PX, generator))
        return self._copy()

    def _copy(self) -> Float32:
        planes: Float32 = self._buffer.planes[0].copy()
        return planes


def label(examples: Sequence[Example], planes: Sequence[Float32], recipe: Recipe) -> Batch:
    """Return a batch: what is seen, and what should be said."""
    faces = [example.face for example in examples]
    age_years = np.array([min(face.age_years, AGE_BINS - 1.0) for face in faces], np.float32)
    return Batch(
        planes=np.stack(planes),
        age_years=age_years,
        age_shares=age_distribution(age_years, recipe.label_spread_years),
        is_male=np.array([face.gender is Gender.MALE for face in faces], np.float32),
        gender_counts=np.array([face.age_years >= recipe.child_below_years for face in faces], np.float32),
    )


def age_distribution(age_years: Float32, spread_years: float) -> Float32:
    """Return a normal distribution over the bins around each age, narrower for children: float32 (n, 101), sums 1."""
    spreads = np.clip(age_years / _ADULT_YEARS, _LEAST_SPREAD, 1.0)[:, None] * spread_years
    distances = (np.arange(AGE_BINS)[None] - age_years[:, None]) / spreads
    shares = np.exp(-(distances**2) / 2)
    normed: Float32 = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return normed


def training_batches(
    examples: Sequence[Example], order: npt.NDArray[np.int64], epoch: int, first: int, recipe: Recipe
) -> Iterator[Batch]:
    """Return the batches of an epoch from the batch ``first`` on; each depends on seed, epoch and place only."""
    painter = Painter()
    for start in range(first * recipe.batch, len(order), recipe.batch):
        places = range(start, min(start + recipe.batch, len(order)))
        chosen = [examples[order[one]] for one in places]
        generators = [np.random.default_rng([recipe.seed, epoch, one]) for one in places]
        planes = [painter.distorted(one, lot) for one, lot in zip(chosen, generators, strict=True)]
        yield label(chosen, planes, recipe)


def plain_batches(examples: Sequence[Example], recipe: Recipe) -> Iterator[Batch]:
    """Return all examples as the node sees them, batch by batch."""
    painter = Painter()
    for start in range(0, len(examples), recipe.batch):
        chosen = examples[start : start + recipe.batch]
        yield label(chosen, [painter.plain(one) for one in chosen], recipe)
