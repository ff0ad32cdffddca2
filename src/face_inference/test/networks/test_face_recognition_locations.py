import sys

import pytest
from face_inference.networks.detectors import make_detector
from face_inference.networks.face_recognition_locations import MODEL_OF_DETECTOR
from face_models.samples.photos import DetectionCount, count_detections
from signage_common.errors import ConfigurationError


@pytest.mark.usefixtures("dlib")
@pytest.mark.parametrize("name", MODEL_OF_DETECTOR)
def test_a_face_is_found_without_a_score(one_face, tmp_path, name):
    found = make_detector(name, tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert found.scores.tolist() == [1.0]


@pytest.mark.usefixtures("dlib")
def test_an_image_without_faces_gives_none(empty_scene, tmp_path):
    found = make_detector("face_recognition", tmp_path, 0.5).detect(empty_scene[:200, :200])
    assert found.xyxy_px.shape == (0, 4)


@pytest.mark.usefixtures("dlib")
@pytest.mark.parametrize("package", ["face_recognition", "face_recognition_models", "dlib"])
def test_a_missing_package_is_one_line_and_does_not_end_the_program(monkeypatch, tmp_path, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=f"^detector face_recognition: the package {package} is not installed"):
        make_detector("face_recognition", tmp_path, 0.5)
