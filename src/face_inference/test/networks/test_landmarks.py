import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.testing import locate

JAW, LEFT_EYE, RIGHT_EYE, MOUTH = slice(0, 17), slice(36, 42), slice(42, 48), slice(48, 68)


@pytest.fixture(scope="module")
def faces(models_dir, photos):
    return make_detector("ssd", models_dir, 0.5).detect(photos["sample6"]).xyxy_px


def test_points_lie_in_the_face_in_their_order(models_dir, photos, faces):
    points = locate(LandmarkNet(models_dir), photos["sample6"], faces)
    assert points.shape == (len(faces), 68, 2)
    for face, box in zip(points, faces, strict=True):
        size = box[2:] - box[:2]
        assert ((face > box[:2] - size / 4) & (face < box[2:] + size / 4)).all()
        eyes = (face[LEFT_EYE].mean(axis=0) + face[RIGHT_EYE].mean(axis=0)) / 2
        assert face[LEFT_EYE].mean(axis=0)[0] < face[RIGHT_EYE].mean(axis=0)[0]
        assert eyes[1] < face[MOUTH].mean(axis=0)[1] < face[JAW][8][1]


def test_a_box_outside_the_image_has_no_points(models_dir, photos):
    points = locate(LandmarkNet(models_dir), photos["sample6"], np.array([[-90, 0, -10, 90]], np.float32))
    assert np.isnan(points).all()
