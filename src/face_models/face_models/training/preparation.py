"""Look at the faces before they are learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from face_inference.networks.detection import ImageBgr

from face_models.labelled.faces import LabelledFace, Skipped
from face_models.labelled.finding import Finder
from face_models.labelled.pictures import BrokenImageError, read_batches
from face_models.training.examples import Example, Float32
from face_models.training.network import Params


def find_examples(
    faces: Sequence[LabelledFace], finder: Finder, progress: Callable[[int], None]
) -> tuple[list[Example], list[Skipped]]:
    """Look at every picture once: where the face is, and which pictures can't be used."""
    examples: list[Example] = []
    skipped: list[Skipped] = []
    pictures = (pair for batch in read_batches(faces) for pair in batch)
    for done, (face, picture) in enumerate(pictures, 1):
        found = str(picture) if isinstance(picture, BrokenImageError) else _look(picture, finder)
        if isinstance(found, str):
            skipped.append(Skipped(str(face.path), found))
        else:
            examples.append(Example(face, found))
        progress(done)
    return examples, skipped


def _look(picture: ImageBgr, finder: Finder) -> Float32 | str:
    box = finder.find(picture)
    return "expected a face, found none" if box is None else box


def digest_of(examples: Sequence[Example], params: Params) -> str:
    """Return what tells a training from one with other faces, labels or another start."""
    digest = hashlib.sha256()
    for example in examples:
        face = example.face
        words = (face.path.name, face.person, face.age_years, int(face.gender), example.xyxy_px.tolist())
        digest.update(repr(words).encode())
    for _, value in sorted(params.items()):
        digest.update(np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()
