import cv2
import numpy as np
import pytest
from face_inference.attention import Attention, attention_of
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.pose import Turn
from face_inference.reading import FaceReader
from face_inference.tracks import FaceState, TrackedFace


@pytest.mark.parametrize(
    ("yaw", "pitch", "low", "high"),
    [(0, 0, 0.99, 1), (15, 0, 0.9, 1), (-15, 10, 0.9, 1), (30, 0, 0.4, 0.6), (-45, 0, 0, 0.1), (0, 70, 0, 0.3)],
)
def test_attention_falls_as_the_head_turns(yaw, pitch, low, high):
    assert low <= attention_of(Turn(yaw, pitch)) <= high


@pytest.fixture(scope="module")
def look(models_dir):
    """Return the attention of all faces of a photo, by the left border of their boxes."""
    networks = load_networks(FaceInferenceParams(models_dir=str(models_dir)))
    reader = FaceReader(networks.classifier, networks.locator)

    def look(photo):
        boxes = sorted(tuple(box) for box in networks.detector.detect(photo).xyxy_px.tolist())
        faces = [TrackedFace(index, FaceState.DETECTED, box, 0.9) for index, box in enumerate(boxes)]
        return [attention_of(one.turn) for one in reader.look(photo, faces).values()]

    return look


# By eye, from the left: True looks towards the camera, False is turned away, None is between, bowed or tilted.
TOWARDS = {
    "sample1": [None, None, True],
    "sample2": [False, None, None],
    "sample3": [True, None, None],
    "sample4": [False, True, False, None],
    "sample5": [True, False, True, True, None],
    "sample6": [None, None, True, True],
}


@pytest.mark.parametrize("name", sorted(TOWARDS))
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_faces_of_photos_that_look_here_are_told_from_those_that_do_not(look, photos, name, is_mirrored):
    photo = np.ascontiguousarray(photos[name][:, ::-1]) if is_mirrored else photos[name]
    found = look(photo)
    attention = found[::-1] if is_mirrored else found
    assert len(attention) == len(TOWARDS[name])
    for value, is_towards in zip(attention, TOWARDS[name], strict=True):
        assert is_towards is None or (value > 0.6 if is_towards else value < 0.4), attention


def test_a_blurred_photo_looks_the_same_way(look, photos):
    sharp, soft = look(photos["sample6"]), look(cv2.GaussianBlur(photos["sample6"], (0, 0), 2))
    assert soft == pytest.approx(sharp, abs=0.35)


def test_before_the_first_look_and_long_after_the_last_it_is_not_known():
    attention = Attention()
    assert attention.at(5.0) is None
    attention.look(Turn(0, 0), 5.0)
    assert attention.at(5.9) > 0.9
    assert attention.at(6.1) is None


def test_a_glance_aside_is_smoothed_and_a_turn_is_not():
    attention = Attention()
    for step in range(10):
        attention.look(Turn(0, 0), step / 10)
    attention.look(Turn(50, 0), 1.0)
    assert attention.at(1.0) > 0.7
    for step in range(11, 22):
        attention.look(Turn(50, 0), step / 10)
    assert attention.at(2.1) < 0.15
