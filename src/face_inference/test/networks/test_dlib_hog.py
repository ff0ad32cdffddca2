import sys

import numpy as np
import pytest
from face_inference.networks.detectors import make_detector
from face_models.samples.photos import DetectionCount, count_detections
from signage_common.errors import ConfigurationError


@pytest.mark.usefixtures("dlib")
def test_a_face_is_found(one_face, tmp_path):
    found = make_detector("dlib", tmp_path, 0.5).detect(one_face.image_bgr)
    assert count_detections(one_face.faces_px, found.xyxy_px) == DetectionCount(1, 1, 0)
    assert 0.5 <= found.scores[0] < 1


@pytest.mark.usefixtures("dlib")
def test_a_lower_score_reports_more_and_each_above_it(photo_of_four, tmp_path):
    sure, faint = (make_detector("dlib", tmp_path, score).detect(photo_of_four) for score in (0.5, 0.3))
    assert len(sure.scores) < len(faint.scores)
    assert (sure.scores >= 0.5).all() and (faint.scores >= 0.3 - 1e-6).all()
    assert np.array_equal(faint.xyxy_px[: len(sure.scores)], sure.xyxy_px)


@pytest.mark.usefixtures("dlib")
def test_an_image_without_faces_gives_none(empty_scene, tmp_path):
    assert len(make_detector("dlib", tmp_path, 0.5).detect(empty_scene).scores) == 0


def test_without_dlib_one_line_says_what_installs_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(ConfigurationError) as caught:
        make_detector("dlib", tmp_path, 0.5)
    assert str(caught.value) == (
        "detector dlib: the package dlib is not installed; `./signage setup detectors` installs it"
    )
    assert caught.value.exit_status == 2
