import cv2
import numpy as np
import pytest
from face_inference.abstention import AbstentionRules
from face_inference.calibration import Calibration
from face_inference.fusing import Observation
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.people import Attention, People, attention_of
from face_inference.pose import HeadPose
from face_inference.reading import FaceReader
from face_inference.tracks import FaceState, TrackedFace
from signage_common.demographics import Demographics

FACE_PX = 100.0


def face(track_id=1, state=FaceState.DETECTED, size=FACE_PX):
    return TrackedFace(track_id, state, (0.0, 0.0, size, 1.2 * size), 0.9)


def seen(male_probability):
    return Observation(male_probability, 25.0, FACE_PX, sharpness=0.2, away_deg=5.0)


@pytest.fixture
def people():
    people = People(AbstentionRules(), Calibration())
    people.follow([1, 2])
    return people


def candidates(people, *faces):
    return [person.candidate(one) for one, person in people.readable(faces)]


@pytest.mark.parametrize(
    ("one", "is_candidate"),
    [(face(), True), (face(size=39.0), False), (face(state=FaceState.PREDICTED), False)],
)
def test_only_detected_faces_that_are_large_enough_are_classified(people, one, is_candidate):
    assert bool(candidates(people, one)) == is_candidate


def test_a_candidate_tells_what_is_known(people):
    people[1].observe(seen(0.02), 4.0)
    people[1].estimate(FACE_PX, 4.0)
    (known, new) = candidates(people, face(1), face(2))
    assert (known.estimates, known.estimated_s, known.is_certain) == (1, 4.0, True)
    assert (new.estimates, new.is_certain) == (0, False)


def test_an_image_alone_says_less_than_the_track(people):
    alone = [people[1].observe(seen(0.25), stamp_s) for stamp_s in (1.0, 1.1, 1.2)]
    assert [one.estimation for one in alone] == ["unknown"] * 3
    assert people[1].estimate(FACE_PX, 4.0).estimation == "20f"


def test_the_evidence_of_a_track_ends_with_it(people):
    people[1].observe(seen(0.02), 4.0)
    people.follow([2])
    people.follow([1, 2])
    assert len(people) == 2
    assert people[1].estimate(FACE_PX, 4.0) == Demographics()


def test_who_was_assessed_is_known_to_have_been_and_where_the_head_was_turned(people):
    assert people[1].attention.at(4.0) is None
    people[1].assess(HeadPose(0.0, 0.0), 4.0)
    people[2].assess(None, 4.0)
    assert people[1].attention.at(4.5) > 0.9 and people[2].attention.at(4.5) is None
    assert [one.assessed_s for one in candidates(people, face(1), face(2))] == [4.0, 4.0]


@pytest.mark.parametrize(
    ("yaw", "pitch", "low", "high"),
    [(0, 0, 0.99, 1), (15, 0, 0.9, 1), (-15, 10, 0.9, 1), (30, 0, 0.4, 0.6), (-45, 0, 0, 0.1), (0, 70, 0, 0.3)],
)
def test_attention_falls_as_the_head_turns(yaw, pitch, low, high):
    assert low <= attention_of(HeadPose(yaw, pitch)) <= high


@pytest.fixture(scope="module")
def attention_in(models_dir):
    """Return the attention of all faces of a photo, by the left border of their boxes."""
    networks = load_networks(FaceInferenceParams(models_dir=str(models_dir)))
    reader = FaceReader(networks.classifier, networks.locator)

    def attention_in(photo):
        boxes = sorted(tuple(box) for box in networks.detector.detect(photo).xyxy_px.tolist())
        return [attention_of(reader.assess(photo, box).pose) for box in boxes]

    return attention_in


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
def test_faces_of_photos_that_look_here_are_told_from_those_that_do_not(attention_in, photos, name, is_mirrored):
    photo = np.ascontiguousarray(photos[name][:, ::-1]) if is_mirrored else photos[name]
    found = attention_in(photo)
    attention = found[::-1] if is_mirrored else found
    assert len(attention) == len(TOWARDS[name])
    for value, is_towards in zip(attention, TOWARDS[name], strict=True):
        assert is_towards is None or (value > 0.6 if is_towards else value < 0.4), attention


def test_a_blurred_photo_looks_the_same_way(attention_in, photos):
    sharp, soft = attention_in(photos["sample6"]), attention_in(cv2.GaussianBlur(photos["sample6"], (0, 0), 2))
    assert soft == pytest.approx(sharp, abs=0.35)


def test_before_the_first_look_and_long_after_the_last_it_is_not_known():
    attention = Attention()
    assert attention.at(5.0) is None
    attention.update(HeadPose(0, 0), 5.0)
    assert attention.at(5.9) > 0.9
    assert attention.at(6.1) is None


def test_a_glance_aside_is_smoothed_and_a_turn_is_not():
    attention = Attention()
    for step in range(10):
        attention.update(HeadPose(0, 0), step / 10)
    attention.update(HeadPose(50, 0), 1.0)
    assert attention.at(1.0) > 0.7
    for step in range(11, 22):
        attention.update(HeadPose(50, 0), step / 10)
    assert attention.at(2.1) < 0.15
