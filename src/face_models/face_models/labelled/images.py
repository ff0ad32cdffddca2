"""The images of labelled faces: read a batch at a time, broken ones kept apart, and the face in each found."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from face_inference.images import ImageBgr
from face_inference.networks.detection import Detector
from face_inference.networks.detectors import make_detector
from face_inference.networks.model_files import one_line
from PIL import Image, ImageOps
from signage_common.errors import SignageError
from signage_common.files import read_file
from signage_common.pictures import MOST_SCANS

from face_models.labelled.faces import LabelledFace, Skipped

Float32 = npt.NDArray[np.float32]

BATCH = 4  # two of them are held at a time, so that the largest images fit as well
MOST_PIXELS, MOST_BYTES = 64_000_000, 256_000_000
_IN_MEMORY = re.compile(r" <_io.BytesIO object at \w+>")  # Pillow's name of what it reads
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
DETECTOR, DETECTION_SCORE = "ssd-square", 0.5


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A labelled face, its image, uint8 (h, w, 3) in BGR, and its box in it, float32 (4,), in pixels."""

    face: LabelledFace
    image_bgr: ImageBgr
    xyxy_px: Float32


class BrokenImageError(SignageError):
    """A file is no image, one that was cut off, or larger than any of a face."""


def read_image(path: Path) -> ImageBgr:
    """Read an image as it is meant to be seen: uint8 (h, w, 3), BGR.

    Pillow reads it, because OpenCV fills what is cut off with grey and says nothing.

    Raises:
        BrokenImageError: it is no image, cut off, or too large.
    """
    try:
        data = read_file(path, MOST_BYTES)
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            warnings.simplefilter("ignore")
            _check_cost(data, image.size)
            rgb = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except OSError as error:
        raise BrokenImageError(f"expected an image, {error.strerror or _reason(error)}") from error
    except Exception as error:  # Pillow has no error of its own for what is wrong in a file
        raise BrokenImageError(f"expected an image, {_reason(error)}") from error
    return np.ascontiguousarray(rgb[..., ::-1])


def _check_cost(data: bytes, size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError(f"got {size[0]}x{size[1]}, more than {MOST_PIXELS:,} pixels")
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MOST_SCANS:
        raise ValueError(f"got a JPEG of more than {MOST_SCANS} scans")


def _reason(error: Exception) -> str:
    return _IN_MEMORY.sub("", one_line(error)) or type(error).__name__


def read_batches(
    faces: Sequence[LabelledFace], batch: int = BATCH
) -> Iterator[list[tuple[LabelledFace, ImageBgr | BrokenImageError]]]:
    """Read images batch by batch, in order; the next batch is read while this one is worked on."""
    parts = [faces[start : start + batch] for start in range(0, len(faces), batch)]
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(_read_all, parts[0] if parts else [])
        for following in parts[1:]:
            images, coming = coming.result(), pool.submit(_read_all, following)
            yield images
        if parts:
            yield coming.result()


def _read_all(faces: Sequence[LabelledFace]) -> list[tuple[LabelledFace, ImageBgr | BrokenImageError]]:
    return [(face, _try_read(face.path)) for face in faces]


def _try_read(path: Path) -> ImageBgr | BrokenImageError:
    try:
        return read_image(path)
    except BrokenImageError as error:
        return error


@dataclass(frozen=True, eq=False)
class FaceFinder:
    """Finds the face in each image.

    Attributes:
        detector: finds it; None: the whole image is the face.
        is_cropped: whether the whole image is taken where the detector finds nothing.
    """

    detector: Detector | None
    is_cropped: bool

    def find(self, image_bgr: ImageBgr) -> Float32 | None:
        """Return the box (4,) of the largest face, in pixels; None if there is none."""
        if self.detector is not None:
            boxes = self.detector.detect(image_bgr).xyxy_px
            if len(boxes):
                sizes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
                largest: Float32 = boxes[int(np.argmax(sizes))]
                return largest
            if not self.is_cropped:
                return None
        height, width = image_bgr.shape[:2]
        return np.array([0, 0, width, height], np.float32)

    def find_all(self, faces: Sequence[LabelledFace]) -> Iterator[FoundFace | Skipped]:
        """Read the image of each face, in order, and find the face in it; say of each that can't be used why."""
        for batch in read_batches(faces):
            for face, image in batch:
                if isinstance(image, BrokenImageError):
                    yield Skipped(str(face.path), str(image))
                elif (xyxy_px := self.find(image)) is None:
                    yield Skipped(str(face.path), "expected a face, found none")
                else:
                    yield FoundFace(face, image, xyxy_px)


def make_face_finder(is_cropped: bool, detect: bool | None, models_dir: Path) -> FaceFinder:
    """Make a finder; with ``detect`` None it looks for faces where the images aren't crops."""
    if detect is None:
        detect = not is_cropped
    return FaceFinder(make_detector(DETECTOR, models_dir, DETECTION_SCORE) if detect else None, is_cropped)
