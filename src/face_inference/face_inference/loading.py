"""Load the networks that the parameters name."""

from __future__ import annotations

from face_inference.calibration import calibration_of_model
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detection import Detector
from face_inference.networks.detectors import make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.networks.size_limit import SizeLimit
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Networks


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


def load_networks(params: FaceInferenceParams) -> Networks:
    """Load them.

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
