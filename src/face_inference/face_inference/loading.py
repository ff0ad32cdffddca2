"""Load the networks that the parameters name."""

from __future__ import annotations

from dataclasses import dataclass

from face_inference.calibration import Calibration, calibration_of_model
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detection import Detector, SizeLimit
from face_inference.networks.detectors import make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.params import FaceInferenceParams
from face_inference.reading import Classifier, Locator


@dataclass(frozen=True)
class Networks:
    """What the pipeline sees with.

    Attributes:
        detector: finds faces.
        classifier: estimates gender and age.
        locator: finds landmarks.
        calibration: how sure the classifier's answers are.
    """

    detector: Detector
    classifier: Classifier
    locator: Locator
    calibration: Calibration


def load_networks(params: FaceInferenceParams) -> Networks:
    """Load all of them.

    Raises:
        ConfigurationError: a file is missing or broken, or there is no such network.
    """
    models, backend, threads = params.models_path, params.backend, params.threads
    return Networks(
        detector=load_detector(params),
        classifier=AgeGenderNet(models, params.age_gender_model, average_flip=True, backend=backend, threads=threads),
        locator=LandmarkNet(models, backend=backend, threads=threads),
        calibration=calibration_of_model(models, params.age_gender_model),
    )


def load_detector(params: FaceInferenceParams) -> Detector:
    """Load the face detector alone.

    Raises:
        ConfigurationError: a file is missing or broken, or there is no such detector.
    """
    return SizeLimit(
        make_detector(
            params.detector_name,
            params.models_path,
            params.detection_score,
            params.backend,
            params.threads,
            params.model_choice,
        )
    )
