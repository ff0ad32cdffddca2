"""The detectors around dlib, whose packages are installed when one of them is asked for.

Sources: Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", 2005 (``dlib``); King, "Max-Margin
Object Detection", 2015 (``dlib-cnn``).
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import cv2
import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.images import ImageBgr
from face_inference.logistic import logit, sigmoid
from face_inference.networks.detection import Detections, keep_inside
from face_inference.networks.late_imports import import_library

MODELS = "face_recognition_models"
PACKAGES: Mapping[str, Sequence[str]] = {
    "dlib": ("dlib",),
    "dlib-cnn": ("dlib", MODELS),
    "face_recognition": ("dlib", MODELS, "face_recognition"),
    "face_recognition-cnn": ("dlib", MODELS, "face_recognition"),
}
INSTALL = "`./signage setup detectors` installs it"
CNN_FILE = "models/mmod_human_face_detector.dat"
MODEL_OF_DETECTOR = {"face_recognition": "hog", "face_recognition-cnn": "cnn"}
UPSAMPLING = 0  # dlib's own default: faces from 80 px on


class Rectangle(Protocol):
    """A dlib rectangle: its four edges belong to it."""

    def left(self) -> int:
        """Return the first column."""

    def top(self) -> int:
        """Return the first row."""

    def right(self) -> int:
        """Return the last column."""

    def bottom(self) -> int:
        """Return the last row."""


class DlibHogDetector:
    """Finds frontal faces by histograms of oriented gradients.

    Attributes:
        score: see Detector.
    """

    def __init__(self, score: float) -> None:
        """Load the detector; what is less sure than ``score`` is left out, 0.5 being dlib's own threshold.

        Raises:
            ConfigurationError: dlib is not installed.
        """
        self._detector = import_package("dlib", "dlib").get_frontal_face_detector()
        self.score = score

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        image_rgb = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB)
        rectangles, margins, _ = self._detector.run(image_rgb, UPSAMPLING, logit(self.score))
        return to_detections(rectangles, margins, image_bgr)


class DlibCnnDetector:
    """Finds faces by dlib's network, on one thread of the processor: seconds an image.

    Attributes:
        score: see Detector.
    """

    def __init__(self, score: float) -> None:
        """Load the network; what is less sure than ``score`` is left out. It reports nothing below 0.5.

        Raises:
            ConfigurationError: dlib or its model is not installed.
        """
        dlib = import_package("dlib", "dlib-cnn")
        model = find_package(MODELS, "dlib-cnn") / CNN_FILE
        self._network = dlib.cnn_face_detection_model_v1(str(model))
        self.score = score

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        found = self._network(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), UPSAMPLING)
        all_of_them = to_detections([face.rect for face in found], [face.confidence for face in found], image_bgr)
        sure = np.flatnonzero(all_of_them.scores >= self.score)
        return Detections(all_of_them.xyxy_px[sure], all_of_them.scores[sure])


class FaceRecognitionDetector:
    """Finds faces by ``face_recognition.face_locations``, which enlarges the image and calls one of dlib's detectors.

    Only that function is called: the network for recognizing people that the package loads at its import is never run.

    Attributes:
        score: of no effect, because the package gives none.
    """

    score = 1.0

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
        _refuse_truncated_images()
        self._model = MODEL_OF_DETECTOR[name]

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector. The package gives no scores, so each is 1."""
        found = self._find(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2RGB), model=self._model)
        corners = [(left, top, right, bottom) for top, right, bottom, left in found]
        xyxy_px = np.array(corners, np.float32).reshape(-1, 4)
        return keep_inside(xyxy_px, np.ones(len(xyxy_px), np.float32), image_bgr)


def to_detections(rectangles: Sequence[Rectangle], margins: Sequence[float], image_bgr: ImageBgr) -> Detections:
    """Return detections, the surest first.

    Args:
        rectangles: the boxes.
        margins: how far each lies on the face's side of dlib's threshold; a logistic function makes it a score,
            which is 0.5 on the threshold. It orders boxes, but is no probability.
        image_bgr: the image that they are in.
    """
    corners = [(box.left(), box.top(), box.right() + 1, box.bottom() + 1) for box in rectangles]
    xyxy_px = np.array(corners, np.float32).reshape(-1, 4)
    scores = sigmoid(np.array(margins, np.float32))
    order = np.argsort(-scores, kind="stable")
    return keep_inside(xyxy_px[order], scores[order], image_bgr)


def find_package(package: str, detector: str) -> Path:
    """Return the folder of a package, without importing it.

    Raises:
        ConfigurationError: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(f"detector {detector}: the package {package} is not installed; {INSTALL}")
    return Path(spec.submodule_search_locations[0])


def import_package(package: str, detector: str) -> ModuleType:
    """Import a package; what it has to say about its own dependencies stays unsaid.

    Raises:
        ConfigurationError: it is not installed, or broken.
    """
    find_package(package, detector)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_library(package)
    except ImportError as error:
        raise ConfigurationError(f"detector {detector}: {package} can't be imported ({error}); {INSTALL}") from error


def _refuse_truncated_images() -> None:
    """Undo what importing face_recognition does to the whole process: it has Pillow take images that are cut off."""
    pillow: Any = sys.modules.get("PIL.ImageFile")
    if pillow is not None:
        pillow.LOAD_TRUNCATED_IMAGES = False
