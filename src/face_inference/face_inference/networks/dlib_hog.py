"""dlib's detector on histograms of oriented gradients.

Source: Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", 2005.
"""

from __future__ import annotations

import cv2

from face_inference.networks.detection import Detections, ImageBgr
from face_inference.networks.dlib_boxes import to_detections
from face_inference.networks.extra import import_package
from face_inference.networks.logistic import logit

UPSAMPLING = 0  # dlib's own default: faces from 80 px on


class DlibHogDetector:
    """Finds frontal faces with dlib."""

    def __init__(self, score: float) -> None:
        """Load the detector; what is less sure than ``score`` is left out, 0.5 being dlib's own threshold.

        Raises:
            ConfigurationError: dlib is not installed.
        """
        self._detector = import_package("dlib", "dlib").get_frontal_face_detector()
        self._threshold = float(logit(score))

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        image_rgb = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB)
        rectangles, margins, _ = self._detector.run(image_rgb, UPSAMPLING, self._threshold)
        return to_detections(rectangles, margins, image_bgr)
