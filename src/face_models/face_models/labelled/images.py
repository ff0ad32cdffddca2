"""The images of labelled faces: read a batch at a time, broken ones kept apart, and the face in each found."""

from __future__ import annotations

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
from PIL import Image, ImageOps

from face_models.labelled.faces import LabelledFace, Skipped

Float32 = npt.NDArray[np.float32]

BATCH = 32
DETECTOR, DETECTION_SCORE = "ssd-square", 0.5


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A labelled face, its image, uint8 (h, w, 3) in BGR, and its box in it, float32 (4,), in pixels."""

    face: LabelledFace
    image_bgr: ImageBgr
    xyxy_px: Float32


class BrokenImageError(Exception):
    """A file is no image, or one that was cut off."""


def read_image(path: Path) -> ImageBgr:
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
