"""dlib's convolutional detector, on one thread of the processor: seconds an image.

Source: King, "Max-Margin Object Detection", 2015.
"""

from __future__ import annotations

import cv2
import numpy as np

from face_inference.networks.detection import Detections, ImageBgr
from face_inference.networks.dlib_boxes import to_detections
from face_inference.networks.extra import MODELS, find_package, import_package

MODEL_FILE = "models/mmod_human_face_detector.dat"
UPSAMPLING = 0  # dlib's own default


class DlibCnnDetector:
    """Finds faces with dlib's network."""

    def __init__(self, score: float) -> None:
        """Load the network; what is less sure than ``score`` is left out. It reports nothing below 0.5.

        Raises:
            ConfigurationError: dlib or its model is not installed.
        """
        dlib = import_package("dlib", "dlib-cnn")
        model = find_package(MODELS, "dlib-cnn") / MODEL_FILE
        self._network = dlib.cnn_face_detection_model_v1(str(model))
        self._score = score

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        found = self._network(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), UPSAMPLING)
        all_of_them = to_detections([face.rect for face in found], [face.confidence for face in found], image_bgr)
        sure = np.flatnonzero(all_of_them.scores >= self._score)
        return Detections(all_of_them.xyxy_px[sure], all_of_them.scores[sure])
