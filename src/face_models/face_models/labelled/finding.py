"""Where the face is in a labelled picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from face_inference.networks.detection import Detector, ImageBgr
from face_inference.networks.detectors import make_detector

Float32 = npt.NDArray[np.float32]

DETECTOR, DETECTION_SCORE = "ssd-square", 0.5


@dataclass(frozen=True, eq=False)
class Finder:
    """Finds the face in each picture.

    Attributes:
        detector: finds it; None: the whole picture is the face.
        is_cropped: whether the whole picture is taken where the detector finds nothing.
    """

    detector: Detector | None
    is_cropped: bool

    def find(self, picture_bgr: ImageBgr) -> Float32 | None:
        """Return the box (4,) of the largest face; None if there is none."""
        if self.detector is not None:
            boxes = self.detector.detect(picture_bgr).xyxy_px
            if len(boxes):
                sizes = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
                largest: Float32 = boxes[int(np.argmax(sizes))]
                return largest
            if not self.is_cropped:
                return None
        height, width = picture_bgr.shape[:2]
        return np.array([0, 0, width, height], np.float32)


def make_finder(is_cropped: bool, detect: bool | None, models_dir: Path) -> Finder:
    """Make a finder; with ``detect`` None it looks for faces where the pictures aren't crops."""
    if detect is None:
        detect = not is_cropped
    return Finder(make_detector(DETECTOR, models_dir, DETECTION_SCORE) if detect else None, is_cropped)
