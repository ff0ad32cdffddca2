"""Our networks beside the original library in Node, on its own sample photos.

Given the same input, they agree to float32 rounding. Given a photo, each scales it in its own way: the original takes
four neighbours at the top left of a pixel, OpenCV at its middle, half a pixel apart, so these comparisons are looser.
"""

import functools

import cv2
import numpy as np
import pytest
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.backends import MxnetNetwork
from face_inference.networks.converted_detectors import decode_ssd, decode_tiny
from face_inference.networks.detection import overlap
from face_inference.networks.detectors import make_detector
from face_inference.networks.landmarks import LandmarkNet
from face_inference.networks.preprocessing import FACE_MEAN_RGB, InputBuffer, scale_table
from face_inference.testing import locate

pytestmark = pytest.mark.golden

BOX_TOLERANCE = 2.5e-6  # of the input's side
SCORE_TOLERANCE = 2.5e-6
AGE_TOLERANCE_YEARS = 1.5e-5
FACES = 22
SAME_FACE = 0.3  # overlap; the tiny detector's boxes take in more of the head than the SSD's
TABLES = {
    "ssd-512x512": scale_table((127.5, 127.5, 127.5), 127.5),
    "tiny-416": scale_table((0, 0, 0), 1),
    "age-gender": scale_table(FACE_MEAN_RGB, 255),
    "landmarks": scale_table(FACE_MEAN_RGB, 255),
}


@pytest.fixture(scope="module")
def load(converted_dir):
    """Return a function that loads a converted network, each once."""
    return functools.cache(functools.partial(MxnetNetwork, converted_dir))


@pytest.fixture(scope="module")
def run(load):
    """Return a function that runs a converted network on an image of its own size."""

    def run_network(name, image_bgr):
        network = load(name)
        buffer = InputBuffer(*network.input_shape[2:], TABLES[name])
        buffer.fill(image_bgr)
        return network.run(buffer.planes)[0].copy()

    return run_network


@pytest.fixture(scope="module")
def ssd_difference(load, run):
    """Return a function: the largest differences of likely boxes, as a part of the side, and of all scores."""

    def compare(image, answer):
        boxes, scores = decode_ssd(run("ssd-512x512", image), load("ssd-512x512").constants["priors_px"], 0)
        theirs = all_of(answer, "boxes", 4)[:, [1, 0, 3, 2]]
        likely = np.array(answer["scores"]) > 0.05
        return np.abs(boxes / 512 - theirs)[likely].max(), np.abs(scores - answer["scores"]).max()

    return compare


def all_of(answer, key, width):
    return np.array(answer[key], np.float64).reshape(-1, width)


def test_ssd_gives_the_same_boxes_and_scores(ssd_difference, cases):
    for case in cases.squares:
        boxes, scores = ssd_difference(case.image, case.answer)
        assert boxes <= BOX_TOLERANCE
        assert scores <= SCORE_TOLERANCE


def test_tiny_gives_the_same_boxes_and_scores(run, cases):
    for case in cases.squares_416:
        ours, scores = decode_tiny(run("tiny-416", case.image), 13, 0)
        theirs, their_scores = decode_tiny(all_of(case.answer, "anchors", 5).astype(np.float32), 13, 0)
        likely = their_scores > 0.05
        assert np.abs(ours - theirs)[likely].max() / 416 <= BOX_TOLERANCE
        assert np.abs(scores - their_scores).max() <= SCORE_TOLERANCE


def age_gender(run, image):
    age, male, female = run("age-gender", image)
    return age, 1 / (1 + np.exp(female - male))


def test_age_and_gender_are_the_same(run, cases):
    assert len(cases.faces) >= FACES - 1
    for face in cases.faces:
        age, male = age_gender(run, face.image)
        assert abs(age - face.age_gender["age_years"]) <= AGE_TOLERANCE_YEARS
        assert abs(male - face.age_gender["male_probability"]) <= SCORE_TOLERANCE


def test_landmarks_are_the_same(run, cases):
    for face in cases.faces:
        assert np.abs(run("landmarks", face.image) - face.landmarks["points"]).max() <= BOX_TOLERANCE


def test_swapped_channels_are_noticed(run, ssd_difference, cases):
    """What would pass as RGB but is BGR gives other ages, genders, landmarks and boxes."""
    swapped = [(face, face.image[:, :, ::-1].copy()) for face in cases.faces]
    answers = [(*age_gender(run, image), face.age_gender) for face, image in swapped]
    ages = [abs(age - theirs["age_years"]) for age, _, theirs in answers]
    genders = [abs(male - theirs["male_probability"]) for _, male, theirs in answers]
    points = [np.abs(run("landmarks", image) - face.landmarks["points"]).max() for face, image in swapped]
    assert np.median(ages) > 1000 * AGE_TOLERANCE_YEARS
    assert np.median(genders) > 1000 * SCORE_TOLERANCE
    assert np.median(points) > 100 * BOX_TOLERANCE
    square = cases.squares[0]
    assert ssd_difference(square.image[:, :, ::-1].copy(), square.answer)[1] > 1000 * SCORE_TOLERANCE


@pytest.mark.parametrize(("name", "net"), [("ssd-square", "ssd"), ("tiny", "tiny")])
def test_photos_give_nearly_the_same_faces(converted_dir, cases, name, net):
    """Faces of which the original is sure are found where it finds them."""
    detector = make_detector(name, converted_dir, 0.3)
    for case in cases.photos:
        found = detector.detect(case.image)
        for theirs in getattr(case, net):
            overlaps = overlap(np.array(theirs["xyxy_px"], np.float32), found.xyxy_px)
            assert overlaps.max() > 0.8
            assert abs(found.scores[overlaps.argmax()] - theirs["score"]) < 0.25


def test_crops_give_nearly_the_same_age_and_gender(converted_dir, cases):
    """Half a pixel of 112 moves the age of these faces by 0.8 years at the median, the gender by 0.016."""
    net = AgeGenderNet(converted_dir)
    ages, genders = [], []
    for face in cases.faces:
        ours = net.estimate(face.photo, face.xyxy_px[None])
        ages.append(abs(ours.age_years[0] - face.age_gender_of_crop["age_years"]))
        genders.append(abs(ours.male_probability[0] - face.age_gender_of_crop["male_probability"]))
    assert np.median(ages) < 1.0
    assert np.median(genders) < 0.03


def test_crops_give_nearly_the_same_landmarks(converted_dir, cases):
    net = LandmarkNet(converted_dir)
    for face in cases.faces:
        (ours,) = locate(net, face.photo, face.xyxy_px[None])
        rows, columns = face.crop.image_bgr.shape[:2]
        theirs = all_of(face.landmarks_of_crop, "points", 2) * [columns, rows] + face.crop.origin_px
        distances = np.linalg.norm(ours - theirs, axis=1) / max(rows, columns)
        assert distances.mean() < 0.025
        assert distances.max() < 0.06


def found_and_false(detector, cases):
    """Compare with what the original finds in the full photos; each scaled to the camera's 1280 x 720."""
    found = false_alarms = 0
    for case in cases.photos:
        height, width = case.image.shape[:2]
        image = cv2.resize(case.image, (1280, 720), interpolation=cv2.INTER_AREA)
        truth = np.array([face["xyxy_px"] for face in case.ssd], np.float32) * ([1280 / width, 720 / height] * 2)
        ours = detector.detect(image).xyxy_px
        overlaps = np.array([overlap(box, ours) for box in truth.astype(np.float32)])
        found += int((overlaps.max(axis=1) > SAME_FACE).sum())
        false_alarms += int((overlaps.max(axis=0) <= SAME_FACE).sum())
    return found, false_alarms


def test_original_finds_the_faces_that_are_there(cases):
    assert sum(len(case.ssd) for case in cases.photos) == FACES


@pytest.mark.parametrize(
    ("name", "least_found", "most_false_alarms"),
    [("ssd", 22, 0), ("ssd-fast", 20, 0), ("ssd-square", 22, 0), ("tiny", 21, 1)],
)
def test_detectors_find_the_faces(converted_dir, cases, name, least_found, most_false_alarms):
    found, false_alarms = found_and_false(make_detector(name, converted_dir, 0.5), cases)
    assert found >= least_found
    assert false_alarms <= most_false_alarms
