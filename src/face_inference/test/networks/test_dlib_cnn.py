import sys

import pytest
from face_inference.networks.detectors import make_detector
from face_models.samples.photos import DetectionCount, count_detections
from signage_common.errors import ConfigurationError


@pytest.mark.usefixtures("dlib")
def test_a_face_is_found_and_what_is_less_sure_is_left_out(one_face, tmp_path):
    found = make_detector("dlib-cnn", tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert 0.5 <= found.scores[0] < 0.9
    assert len(make_detector("dlib-cnn", tmp_path, 0.9).detect(one_face.image_bgr).scores) == 0


@pytest.mark.usefixtures("dlib")
def test_without_its_model_one_line_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "face_recognition_models", None)
    with pytest.raises(ConfigurationError, match=r"^detector dlib-cnn: the package face_recognition_models is not"):
        make_detector("dlib-cnn", tmp_path, 0.5)
