"""Read from one image what a face in it says: where the head is turned, how sharp it is, gender and age."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np

from face_inference.boxes import Box
from face_inference.fusing import Observation
from face_inference.images import Float32, ImageBgr
from face_inference.networks.preprocessing import crop
from face_inference.pose import HeadPose, find_pose, mean_pose

_SIDE_PX = 64
_LEAST_VARIANCE = 25.0  # grey levels squared: what is flatter than this is noise


class Classifier(Protocol):
    """Estimates gender and age of a face."""

    def estimate_crop(self, face_bgr: ImageBgr) -> tuple[float, float]:
        """Return age in years and probability of male of a face that is cut out: uint8 (h, w, 3)."""


class Locator(Protocol):
    """Finds the landmarks of a face."""

    def locate_in_crop(self, face_bgr: ImageBgr) -> Float32:
        """Return the landmarks of a face that is cut out: uint8 (h, w, 3) to float32 (68, 2), px."""


@dataclass(frozen=True)
class FaceQuality:
    """How one image shows one face.

    Attributes:
        pose: where the head is turned; None if that can't be told.
        sharpness: see ``sharpness``.
        face_bgr: the face, cut out of the image; None if its box covers no pixel of it.
    """

    pose: HeadPose | None
    sharpness: float
    face_bgr: ImageBgr | None = field(default=None, compare=False, repr=False)


class FaceReader:
    """Reads faces with the networks; each is cut out of its image once."""

    def __init__(self, classifier: Classifier, locator: Locator) -> None:
        self._classifier = classifier
        self._locator = locator

    def assess(self, image_bgr: ImageBgr, xyxy_px: Box) -> FaceQuality:
        """Return how the image shows the face in a box.

        Its mirror image is looked at too, since the network finds the landmarks of a tilted head one-sidedly.
        """
        cut = crop(image_bgr, np.array(xyxy_px, np.float32))
        if cut is None:
            return FaceQuality(None, 0.0)
        face_bgr = cut.image_bgr
        pose, mirrored = self._find_pose(face_bgr), self._find_pose(np.ascontiguousarray(face_bgr[:, ::-1]))
        mean = mean_pose(pose, mirrored.mirrored) if pose and mirrored else None
        return FaceQuality(mean, sharpness(face_bgr), face_bgr)

    def _find_pose(self, face_bgr: ImageBgr) -> HeadPose | None:
        return find_pose(self._locator.locate_in_crop(face_bgr))

    def classify(self, quality: FaceQuality, face_px: float) -> Observation | None:
        """Return what an image says of a face; None if it says nothing.

        Args:
            quality: what ``assess`` returned.
            face_px: shorter side of the face's box.
        """
        if quality.face_bgr is None or quality.pose is None:
            return None
        age_years, male = self._classifier.estimate_crop(quality.face_bgr)
        if not (math.isfinite(male) and math.isfinite(age_years)):
            return None
        return Observation(male, age_years, face_px, quality.sharpness, quality.pose.away_deg)


def sharpness(face_bgr: ImageBgr) -> float:
    """Return the fine detail of a face by its contrast: the variance of the Laplacian by that of the grey levels.

    Size, light and contrast hardly change it. About 0.2 for a sharp face, 0.02 if it is blurred by a fiftieth of its
    width (standard deviation), 0.01 by a thirtieth. Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield
    microscopy", 2000.

    Args:
        face_bgr: uint8 (h, w, 3), what is in the face's box.
    """
    small = cv2.resize(face_bgr, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var() / max(float(grey.var()), _LEAST_VARIANCE))
