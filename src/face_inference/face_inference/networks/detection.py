"""What every face detector takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
ImageBgr = npt.NDArray[np.uint8]


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
    """Finds faces."""

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image: uint8 (h, w, 3), BGR."""


def keep_inside(xyxy_px: Float32, scores: Float32, image_bgr: ImageBgr) -> Detections:
    """Cut boxes at the border of the image; what lies outside altogether is left out."""
    height, width = image_bgr.shape[:2]
    limits = np.array([width, height, width, height], np.float32)
    cut = np.clip(xyxy_px, 0, limits)
    seen = (cut[:, 2] > cut[:, 0]) & (cut[:, 3] > cut[:, 1])
    return Detections(cut[seen], scores[seen])
