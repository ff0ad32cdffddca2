"""The node's own networks, and the sample photos as a camera of 1280x720 would see them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_models.samples.photos import FOLDER, load_photos, scale_and_crop
from measuring import Estimator
from signage_common.home import signage_home

SIZE = (1280, 720)


@pytest.fixture(scope="session")
def labelled_photos():
    if not (signage_home() / FOLDER).exists():
        pytest.skip(f"{signage_home() / FOLDER} is missing: ./signage setup fetches it")
    return load_photos()


@pytest.fixture(scope="session")
def frames(labelled_photos):
    return [scale_and_crop(photo, SIZE) for photo in labelled_photos]


@pytest.fixture(scope="session")
def estimator(models_dir):
    params = FaceInferenceParams(models_dir=str(models_dir))
    networks = load_networks(params)
    return Estimator(networks.detector, networks.classifier, params.start_score)
