"""Detectors that other libraries bring, on a labelled face."""

import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_inference.networks.dlib_detectors import MODEL_OF_DETECTOR
from face_models.samples.photos import DetectionCount, count_detections


@pytest.mark.usefixtures("dlib")
def test_dlib_finds_a_face(one_face, tmp_path):
    found = make_detector("dlib", tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert 0.5 <= found.scores[0] < 1


@pytest.mark.usefixtures("dlib")
def test_dlib_cnn_finds_a_face_and_leaves_out_what_is_less_sure(one_face, tmp_path):
    found = make_detector("dlib-cnn", tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert 0.5 <= found.scores[0] < 0.9
    assert len(make_detector("dlib-cnn", tmp_path, 0.9).detect(one_face.image_bgr).scores) == 0


@pytest.mark.usefixtures("dlib")
@pytest.mark.parametrize("name", MODEL_OF_DETECTOR)
def test_face_recognition_finds_a_face_without_a_score(one_face, tmp_path, name):
    found = make_detector(name, tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert found.scores.tolist() == [1.0]


def test_haar_finds_an_upright_face(one_face, tmp_path):
    found = make_detector("haar", tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px).found == 1
    assert ((found.scores >= 0.5) & (found.scores < 1)).all() and (np.diff(found.scores) <= 0).all()
