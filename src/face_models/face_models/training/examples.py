"""Examples: labelled faces with their boxes, made into batches of the network's input and of its labels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from face_inference.images import ImageBgr
from face_inference.networks.preprocessing import FACE_MEAN_RGB, InputBuffer, crop, scale_table
from signage_common.demographics import Gender

from face_models.labelled.faces import LabelledFace, Skipped
from face_models.labelled.images import BrokenImageError, FaceFinder, read_image
from face_models.training.augmentation import augment
from face_models.training.network import Params
from face_models.training.options import AGE_BINS, Recipe

Float32 = npt.NDArray[np.float32]

SIDE_PX = 112
_ADULT_YEARS = 20.0  # from here on a label has its full spread
_LEAST_SPREAD = 0.25  # of it


@dataclass(frozen=True, eq=False)
class Example:
    """A labelled face and where it is: float32 (4,), a box in pixels of its image."""

    face: LabelledFace
    xyxy_px: Float32


@dataclass(frozen=True, eq=False)
class Batch:
    """The input and the labels of one step, n faces.

    Attributes:
        planes: float32 (n, 3, 112, 112), scaled as the network wants it.
        age_years: float32 (n,), not above the last bin.
        age_shares: float32 (n, 101), the labelled age as a normal distribution; sums are 1.
        is_male: float32 (n,), 0 or 1.
        gender_mask: float32 (n,), 0 where the gender isn't learned, as of children, else 1.
    """

    planes: Float32
    age_years: Float32
    age_shares: Float32
    is_male: Float32
    gender_mask: Float32


def find_examples(
    faces: Sequence[LabelledFace], finder: FaceFinder, on_done: Callable[[int], None]
) -> tuple[list[Example], list[Skipped]]:
    """Read every image once: where the face is, and which images can't be used; ``on_done`` gets how many were read."""
    examples: list[Example] = []
    skipped: list[Skipped] = []
    for done, found in enumerate(finder.find_all(faces), 1):
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            examples.append(Example(found.face, found.xyxy_px))
        on_done(done)
    return examples, skipped


def digest_of(examples: Sequence[Example], params: Params) -> str:
    """Return what tells a training from one with other faces, labels or another start."""
    digest = hashlib.sha256()
    for example in examples:
        face = example.face
        identity = (face.path.name, face.person, face.age_years, int(face.gender), example.xyxy_px.tolist())
        digest.update(repr(identity).encode())
    for _, value in sorted(params.items()):
        digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()


class InputMaker:
    """Reads the images of examples and makes the network's input of them."""

    def __init__(self) -> None:
        self._buffer = InputBuffer(SIDE_PX, SIDE_PX, scale_table(FACE_MEAN_RGB, 255), centred=True)

    def plain(self, example: Example) -> Float32:
        """Return the planes of a face as the node sees it: float32 (3, 112, 112)."""
        image = _image_of(example)
        face = crop(image, example.xyxy_px)
        self._buffer.fill(image if face is None else face.image_bgr)
        return self._copy()

    def augmented(self, example: Example, rng: np.random.Generator) -> Float32:
        """Return the planes of a face that was changed at random: float32 (3, 112, 112)."""
        self._buffer.fill(augment(_image_of(example), example.xyxy_px, SIDE_PX, rng))
        return self._copy()

    def _copy(self) -> Float32:
        planes: Float32 = self._buffer.planes[0].copy()
        return planes


def _image_of(example: Example) -> ImageBgr:
    """Read the image of an example again.

    Raises:
        BrokenImageError: it can't be read any more.
    """
    try:
        return read_image(example.face.path)
    except BrokenImageError as error:
        raise BrokenImageError(f"{example.face.path}: {error}") from error


def make_batch(examples: Sequence[Example], planes: Sequence[Float32], recipe: Recipe) -> Batch:
    """Return examples and their planes as a batch, with the labels in the form that the losses take."""
    faces = [example.face for example in examples]
    age_years = np.array([min(face.age_years, AGE_BINS - 1.0) for face in faces], np.float32)
    return Batch(
        planes=np.stack(planes),
        age_years=age_years,
        age_shares=age_distribution(age_years, recipe.label_spread_years),
        is_male=np.array([face.gender is Gender.MALE for face in faces], np.float32),
        gender_mask=np.array([face.age_years >= recipe.child_below_years for face in faces], np.float32),
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
    inputs = InputMaker()
    for start in range(first * recipe.batch, len(order), recipe.batch):
        places = range(start, min(start + recipe.batch, len(order)))
        chosen = [examples[order[one]] for one in places]
        rngs = [np.random.default_rng([recipe.seed, epoch, one]) for one in places]
        planes = [inputs.augmented(one, rng) for one, rng in zip(chosen, rngs, strict=True)]
        yield make_batch(chosen, planes, recipe)


def plain_batches(examples: Sequence[Example], recipe: Recipe) -> Iterator[Batch]:
    """Return all examples as the node sees them, batch by batch."""
    inputs = InputMaker()
    for start in range(0, len(examples), recipe.batch):
        chosen = examples[start : start + recipe.batch]
        yield make_batch(chosen, [inputs.plain(one) for one in chosen], recipe)
