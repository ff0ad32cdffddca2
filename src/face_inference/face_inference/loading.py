"""Load the networks that the parameters name."""

from __future__ import annotations

from face_inference.calibration import calibration_of_model
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detectors import make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Networks


def load_networks(params: FaceInferenceParams) -> Networks:
    """Load them.

    Raises:
        ConfigurationError: a file is missing or broken, or there is no such network.
    """
    models, backend, threads = params.models_path, params.backend, params.threads
    return Networks(
        detector=make_detector(
            params.detector_name, models, params.detection_score, backend, threads, params.model_choice
        ),
        classifier=AgeGenderNet(models, params.age_gender_model, average_flip=True, backend=backend, threads=threads),
        locator=LandmarkNet(models, backend=backend, threads=threads),
        calibration=calibration_of_model(models, params.age_gender_model),
    )
