import cv2
import numpy as np
import pytest
from face_inference.networks.haar import USUAL_NEIGHBOURS, HaarDetector, neighbours_at, score_of
from signage_common.errors import ConfigurationError


@pytest.mark.parametrize(("score", "neighbours"), [(0.5, USUAL_NEIGHBOURS), (0.3, 3), (0.05, 1), (0.8, 20)])
def test_a_score_is_a_number_of_neighbours(score, neighbours):
    assert neighbours_at(score) == neighbours
    assert score_of(np.array([neighbours], np.float32))[0] >= score - 1e-6
    if neighbours > 1:
        assert score_of(np.array([neighbours - 1], np.float32))[0] < score


def test_no_number_of_neighbours_is_certainty():
    with pytest.raises(ConfigurationError, match=r"expected a score below 1, got 1\.0"):
        neighbours_at(1.0)


def test_a_lower_score_reports_more(one_face_bgr):
    few, many = (HaarDetector(score).detect(one_face_bgr) for score in (0.8, 0.2))
    assert len(few.scores) <= len(many.scores) and many.scores[0] > 0.5


def test_an_image_without_faces_gives_none(empty_scene):
    found = HaarDetector(0.5).detect(empty_scene)
    assert found.xyxy_px.shape == (0, 4) and found.scores.shape == (0,)


def test_an_opencv_without_cascades_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(cv2.data, "haarcascades", str(tmp_path))
    monkeypatch.setattr("face_inference.networks.haar.DEBIAN_FOLDERS", ())
    with pytest.raises(ConfigurationError, match=r"haarcascade_frontalface_default\.xml: expected OpenCV's cascade"):
        HaarDetector(0.5)
