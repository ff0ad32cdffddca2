"""What every face detector takes and gives, and what is left out of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from face_inference.images import Float32, ImageBgr

LARGEST_SHARE = 0.7  # of the image. A face that just fits into an image of 16:9 covers half of it, of 4:3 two thirds.


@dataclass(frozen=True, eq=False)
class Detections:
    """The faces found in one image, the surest first.

    Attributes:
        xyxy_px: float32 (n, 4), left, top, right, bottom in pixels of the source image, inside it.
        scores: float32 (n,), confidence in [0, 1].
    """

    xyxy_px: Float32
    scores: Float32


class Detector(Protocol):
    """Finds faces.

    Attributes:
        score: what is less sure than this is left out; in [0, 1]. It may be changed between images.
    """

    score: float

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image: uint8 (h, w, 3), BGR."""


class SizeLimit:
    """A detector without boxes that cover most of the image.

    Patterns that fill the image, such as blinds or rock, were seen to look like one huge face now and then. Nobody
    looks at a sign from so near that the face doesn't fit into the image.
    """

    def __init__(self, detector: Detector) -> None:
        """Take the detector whose boxes are looked through."""
        self._detector = detector

    @property
    def score(self) -> float:
        """Return the detector's; see Detector."""
        return self._detector.score

    @score.setter
    def score(self, score: float) -> None:
        self._detector.score = score

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        found = self._detector.detect(image_bgr)
        size_px = found.xyxy_px[:, 2:] - found.xyxy_px[:, :2]
        kept = size_px.prod(axis=1) <= LARGEST_SHARE * image_bgr.shape[0] * image_bgr.shape[1]
        return Detections(found.xyxy_px[kept], found.scores[kept])


def keep_inside(xyxy_px: Float32, scores: Float32, image_bgr: ImageBgr) -> Detections:
    """Cut boxes at the border of the image; what lies outside altogether is left out."""
    height, width = image_bgr.shape[:2]
    limits = np.array([width, height, width, height], np.float32)
    cut = np.clip(xyxy_px, 0, limits)
    seen = (cut[:, 2] > cut[:, 0]) & (cut[:, 3] > cut[:, 1])
    return Detections(cut[seen], scores[seen])


def suppress(xyxy: Float32, scores: Float32, max_overlap: float) -> npt.NDArray[np.intp]:
    """Select boxes by non-maximum suppression: greedily, the surest first; among equal scores the first.

    Args:
        xyxy: float32 (n, 4).
        scores: float32 (n,).
        max_overlap: intersection over union above which the less sure box goes.

    Returns:
        the indices of the boxes that stay, the surest first.
    """
    left = np.argsort(-scores, kind="stable")
    kept: list[np.intp] = []
    while left.size:
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[overlap(xyxy[best], xyxy[left]) <= max_overlap]
    return np.array(kept, np.intp)


def overlap(box: Float32, boxes: Float32) -> Float32:
    """Return intersection over union of a box (4,) with each of (n, 4); 0 where both are empty."""
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(size, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - shared
    shares: Float32 = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return shares
