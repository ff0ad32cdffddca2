"""OpenCV's cascade for frontal faces.

Source: Viola and Jones, "Rapid Object Detection using a Boosted Cascade of Simple Features", 2001.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.images import Float32, ImageBgr
from face_inference.networks.detection import Detections, keep_inside

CASCADE = "haarcascade_frontalface_default.xml"
DEBIAN_FOLDERS = (Path("/usr/share/opencv4/haarcascades"), Path("/usr/share/opencv/haarcascades"))
SCALE_STEP = 1.1
USUAL_NEIGHBOURS = 5  # what OpenCV's own tutorial asks for


class HaarDetector:
    """Finds frontal faces with a cascade, which counts neighbouring windows instead of giving a score.

    Attributes:
        score: see Detector; below 1.
    """

    def __init__(self, score: float) -> None:
        """Load the cascade that comes with OpenCV; what is less sure than ``score`` is left out.

        Raises:
            ConfigurationError: this OpenCV came without it.
        """
        path = _cascade_path()
        if not path.exists():
            raise ConfigurationError(f"detector haar: {path}: expected OpenCV's cascade, found none")
        self._cascade = cv2.CascadeClassifier(str(path))
        neighbours_at(score)
        self.score = score

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        grey = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)
        windows, counts = self._cascade.detectMultiScale2(grey, SCALE_STEP, neighbours_at(self.score))
        xywh_px = np.array(windows, np.float32).reshape(-1, 4)
        scores = score_of(np.array(counts, np.float32).reshape(-1))
        order = np.argsort(-scores, kind="stable")
        xyxy_px = np.concatenate([xywh_px[:, :2], xywh_px[:, :2] + xywh_px[:, 2:]], axis=1)
        return keep_inside(xyxy_px[order], scores[order], image_bgr)


def score_of(neighbours: Float32) -> Float32:
    """Return a score in [0, 1) for counts of neighbouring windows (n,): 0.5 at the usual count."""
    scores: Float32 = neighbours / (neighbours + USUAL_NEIGHBOURS)
    return scores


def neighbours_at(score: float) -> int:
    """Return the smallest count of neighbouring windows whose score is at least this; at least 1.

    Raises:
        ConfigurationError: no count has such a score.
    """
    if score >= 1:
        raise ConfigurationError(f"detector haar: expected a score below 1, got {score}")
    return max(1, math.ceil(round(USUAL_NEIGHBOURS * score / (1 - score), 6)))


def _cascade_path() -> Path:
    """Return where pip's OpenCV keeps its cascades, or Debian's."""
    data = getattr(cv2, "data", None)
    folders = [Path(data.haarcascades)] if data else []
    folders += DEBIAN_FOLDERS
    return next((folder / CASCADE for folder in folders if (folder / CASCADE).exists()), Path(CASCADE))
