"""The package face_recognition, which wraps dlib's detectors and enlarges the image first, as it does by default."""

from __future__ import annotations

import cv2
import numpy as np

from face_inference.networks.detection import Detections, ImageBgr, keep_inside
from face_inference.networks.extra import PACKAGES, find_package, import_package

MODEL_OF_DETECTOR = {"face_recognition": "hog", "face_recognition-cnn": "cnn"}


class FaceRecognitionDetector:
    """Finds faces with ``face_recognition.face_locations``.

    Only that function is called: the network for recognizing people that the package loads at its import is never run.
    """

    def __init__(self, name: str) -> None:
        """Load the package.

        Args:
            name: a key of MODEL_OF_DETECTOR.

        Raises:
            ConfigurationError: the package, dlib or the models are not installed.
        """
        for package in PACKAGES[name]:  # without them it would end the program itself
            find_package(package, name)
        self._find = import_package("face_recognition", name).face_locations
        self._model = MODEL_OF_DETECTOR[name]

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector. The package gives no scores, so each is 1."""
        found = self._find(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), model=self._model)
        corners = [(left, top, right, bottom) for top, right, bottom, left in found]
        xyxy_px = np.array(corners, np.float32).reshape(-1, 4)
        return keep_inside(xyxy_px, np.ones(len(xyxy_px), np.float32), image_bgr)
