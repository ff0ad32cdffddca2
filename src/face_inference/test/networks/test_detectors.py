import sys

import numpy as np
import pytest
from face_inference.networks.detectors import DETECTORS, check_detector, make_detector
from signage_common.errors import ConfigurationError

CONVERTED = ("ssd", "ssd-fast", "ssd-square", "tiny")
OTHERS = ("haar", "dlib", "dlib-cnn", "face_recognition", "face_recognition-cnn")


def test_an_unknown_name_is_answered_with_those_that_there_are(tmp_path):
    with pytest.raises(ConfigurationError, match=r"expected one of ssd, ssd-fast, ssd-square, tiny, .*got 'retina'"):
        make_detector("retina", tmp_path, 0.5)


def test_a_missing_package_shows_before_anything_is_loaded(monkeypatch):
    for name in (*CONVERTED, "haar"):
        check_detector(name)
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError, match="detector dlib-cnn: the package dlib is not installed"):
        check_detector("dlib-cnn")
    with pytest.raises(ConfigurationError, match="detector: expected one of ssd, "):
        check_detector("retina")


def test_every_detector_of_the_paper_is_there():
    assert {*CONVERTED, *OTHERS} <= set(DETECTORS)


@pytest.mark.parametrize("name", CONVERTED)
def test_missing_models_name_the_command_that_makes_them(tmp_path, name):
    with pytest.raises(ConfigurationError, match=r"-symbol\.json: No such file.*`\./signage setup` makes it"):
        make_detector(name, tmp_path, 0.5)


@pytest.mark.parametrize("name", CONVERTED)
def test_faces_are_found_where_they_are_and_nowhere_else(models_dir, photos, empty_scene, name):
    detector = make_detector(name, models_dir, 0.5)
    found = detector.detect(photos["sample6"])
    assert len(found.scores) >= 3
    assert (found.xyxy_px[:, 2:] - found.xyxy_px[:, :2] > 40).all()
    assert (found.scores > 0.5).all()
    assert len(detector.detect(empty_scene).scores) == 0


@pytest.mark.parametrize("name", CONVERTED)
def test_the_same_image_gives_the_same_faces_whatever_came_between(models_dir, photos, name):
    detector = make_detector(name, models_dir, 0.5)
    before = detector.detect(photos["sample1"])
    detector.detect(photos["sample2"][:400, :300])
    after = detector.detect(photos["sample1"])
    assert np.array_equal(before.xyxy_px, after.xyxy_px)
    assert np.array_equal(before.scores, after.scores)
