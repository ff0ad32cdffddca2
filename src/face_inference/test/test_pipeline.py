"""The whole way from image to faces, with the real networks on real photos."""

import itertools

import cv2
import numpy as np
import pytest
from face_inference.boxes import shorter_side
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detectors import make_detector
from face_inference.params import FaceInferenceParams
from face_inference.pipeline import Pipeline
from face_inference.tracks import FaceState
from signage_common.demographics import Demographics, Gender


@pytest.fixture(scope="module")
def networks(models_dir):
    return make_detector("ssd", models_dir, 0.3), AgeGenderNet(models_dir, "age-gender")


@pytest.fixture
def analyse(networks):
    """Analyse images a tenth of a second apart, with a timer that ticks once a reading."""
    ticks = itertools.count()
    pipeline = Pipeline(*networks, FaceInferenceParams().rules(), lambda: next(ticks))
    stamps = itertools.count()
    return lambda *images: [pipeline.analyse(image, next(stamps) / 10) for image in images]


def shifted(image, dx, dy=0, scale=1.0):
    matrix = np.array([[scale, 0, dx], [0, scale, dy]], np.float32)
    return cv2.warpAffine(image, matrix, (image.shape[1], image.shape[0]))


def test_a_still_face_keeps_id_and_estimation(analyse, photos):
    analyses = analyse(*[photos["sample2"]] * 8)
    told = [[(face.track_id, face.fused.estimation) for face in one.faces] for one in analyses]
    assert told == [told[0]] * 8
    (face,) = analyses[-1].faces
    assert face.fused.gender is Gender.FEMALE
    assert face.fused.age_spread_years < analyses[0].faces[0].fused.age_spread_years


def test_a_moving_face_keeps_its_id_and_one_estimation(analyse, photos):
    path = [shifted(photos["sample2"], 30 * step, 4 * step) for step in range(12)]
    analyses = analyse(*path)
    faces = [face for one in analyses for face in one.faces]
    assert [face.track_id for face in faces] == [faces[0].track_id] * 12
    assert len({face.fused.estimation for face in faces[3:]}) == 1


def test_a_hidden_face_is_predicted_with_what_is_known_of_it(analyse, photos, empty_scene):
    seen = analyse(*[photos["sample2"]] * 4)[-1].faces[0]
    hidden = analyse(empty_scene)[0].faces[0]
    assert (hidden.track_id, hidden.state) == (seen.track_id, FaceState.PREDICTED)
    assert hidden.fused == seen.fused and hidden.estimate == Demographics()
    assert analyse(*[empty_scene] * 6)[-1].faces == ()


def test_at_most_two_faces_are_classified_in_one_image_and_all_in_the_end(analyse, photos):
    analyses = analyse(*[photos["sample4"]] * 12)
    counts = [sum(face.estimate != Demographics() for face in one.faces) for one in analyses]
    assert max(counts) == 2
    legible = [face for face in analyses[-1].faces if shorter_side(face.xyxy_px) >= 40]
    assert len(legible) > 2
    assert all(face.fused.age_years is not None for face in legible)


def test_small_faces_carry_unknown(analyse, photos):
    analyses = analyse(*[shifted(photos["sample2"], 0, 0, scale=0.12)] * 3)
    (face,) = analyses[-1].faces
    assert shorter_side(face.xyxy_px) < 40
    assert (face.estimate, face.fused) == (Demographics(), Demographics())


def test_the_times_are_those_of_the_timer(analyse, photos, empty_scene):
    empty, full = analyse(empty_scene, photos["sample2"])
    assert (empty.detect_ms, empty.classify_ms) == (1000.0, 0.0)
    assert (full.detect_ms, full.classify_ms) == (1000.0, 1000.0)


def test_boxes_lie_inside_the_image(analyse, photos):
    (one,) = analyse(shifted(photos["sample2"], -250))
    for face in one.faces:
        left, top, right, bottom = face.xyxy_px
        assert 0 <= left < right <= 1280 and 0 <= top < bottom <= 720
