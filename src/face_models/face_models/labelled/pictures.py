"""Read the images of labelled faces, a batch at a time; what is broken is told apart from what is not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from face_inference.networks.detection import ImageBgr
from PIL import Image, ImageOps

from face_models.labelled.faces import LabelledFace

BATCH = 32


class BrokenImageError(Exception):
    """A file is no whole image."""


def read_picture(path: Path) -> ImageBgr:
    """Read an image as it is meant to be seen: uint8 (h, w, 3), BGR.

    Pillow reads it, because OpenCV fills what is cut off with grey and says nothing.

    Raises:
        BrokenImageError: it is no image, or cut off.
    """
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            rgb = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BrokenImageError(f"expected an image, {reason}") from error
    return np.ascontiguousarray(rgb[..., ::-1])


def read_batches(
    faces: Sequence[LabelledFace], batch: int = BATCH
) -> Iterator[list[tuple[LabelledFace, ImageBgr | BrokenImageError]]]:
    """Read images batch by batch, in order; the next batch is read while this one is worked on."""
    parts = [faces[start : start + batch] for start in range(0, len(faces), batch)]
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(_read_all, parts[0] if parts else [])
        for following in parts[1:]:
            pictures, coming = coming.result(), pool.submit(_read_all, following)
            yield pictures
        if parts:
            yield coming.result()


def _read_all(faces: Sequence[LabelledFace]) -> list[tuple[LabelledFace, ImageBgr | BrokenImageError]]:
    return [(face, _try_read(face.path)) for face in faces]


def _try_read(path: Path) -> ImageBgr | BrokenImageError:
    try:
        return read_picture(path)
    except BrokenImageError as error:
        return error
