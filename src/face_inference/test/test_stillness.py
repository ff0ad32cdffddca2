"""For how long a face is still: real photos as a camera would show them, with noise, JPEG and light that changes."""

import math

import cv2
import numpy as np
import pytest
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.stillness import Stillness, compare, cut_patch
from face_inference.testing import locate

MARGIN_PX = 20
EYES = (range(36, 42), range(42, 48))  # landmarks in the order of 300-W


@pytest.fixture(scope="module")
def faces(models_dir, photos):
    """Real faces, each cut out with a border: (photo and index, image, box, landmarks), those of 40 px and more."""
    networks = load_networks(FaceInferenceParams(models_dir=str(models_dir)))
    found = []
    for name in ("sample1", "sample3", "sample5"):
        for scale in (1.0, 0.45):
            image = cv2.resize(photos[name], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            boxes = networks.detector.detect(image).xyxy_px
            for index, (box, points) in enumerate(zip(boxes, locate(networks.locator, image, boxes), strict=True)):
                if min(box[2:] - box[:2]) >= 40:
                    found.append((f"{name}.{index} x{scale}", *cut_out(image, box, points)))
    assert len(found) >= 15
    return found


def cut_out(image, box, points):
    height, width = image.shape[:2]
    left, top = (max(int(value) - MARGIN_PX, 0) for value in box[:2])
    right, bottom = min(int(box[2]) + MARGIN_PX, width), min(int(box[3]) + MARGIN_PX, height)
    origin = np.array([left, top], np.float32)
    return image[top:bottom, left:right].copy(), tuple((box - np.tile(origin, 2)).tolist()), points - origin


@pytest.fixture
def camera():
    """Show an image as a camera would at a step of its time: light that drifts, noise, JPEG."""
    rng = np.random.default_rng(7)

    def shoot(image, step, noise=4.0, quality=70):
        light = 1.0 + 0.12 * math.sin(step / 40)
        shown = image * light + 5 * math.sin(step / 55) + rng.normal(0, noise, image.shape)
        encoded = cv2.imencode(".jpg", np.clip(shown, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return cv2.imdecode(encoded, cv2.IMREAD_COLOR)

    return shoot


def jittered(box, image, rng):
    """Move a box as a detector does from image to image."""
    height, width = image.shape[:2]
    moved = np.clip(np.array(box) + rng.normal(0, 0.8, 4), 0, [width, height, width, height])
    return tuple(moved.tolist())


def with_eyes_closed(image, points):
    """Paint lids over the eyes, of the skin below them."""
    closed = image.copy()
    for eye in EYES:
        corners = points[list(eye)]
        (x, y), width = corners.mean(axis=0), np.ptp(corners[:, 0])
        below = closed[int(y + 0.55 * width), int(x) - 2 : int(x) + 3].reshape(-1, 3).mean(axis=0)
        axes = max(round(0.55 * width), 2), max(round(0.28 * width), 1)
        cv2.ellipse(closed, (round(x), round(y)), axes, 0, 0, 360, below.tolist(), -1)
    return closed


def moved(image, x_px, y_px=0.0):
    shift = np.array([[1, 0, x_px], [0, 1, y_px]], np.float32)
    return cv2.warpAffine(image, shift, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def watch(stillness, camera, image, box, start, steps):
    """Show an image ten times a second; return what is told of its face the last time."""
    rng = np.random.default_rng(start)
    return [
        stillness.measure(camera(image, step), [jittered(box, image, rng)], step / 10)[0]
        for step in range(start, start + steps)
    ][-1]


def test_a_photo_is_still_whatever_the_camera_makes_of_it(faces, camera):
    told = {name: watch(Stillness(), camera, image, box, 0, 80) for name, image, box, _ in faces}
    assert told == {name: pytest.approx(7.9) for name in told}


@pytest.mark.parametrize("noise", [0.5, 8.0])
def test_little_light_makes_no_difference(faces, noise):
    rng = np.random.default_rng(3)
    _, image, box, _ = faces[0]
    dark = image * 0.35 + 8
    stillness = Stillness()
    for step in range(100):
        shown = np.clip(dark + rng.normal(0, noise, image.shape), 0, 255).astype(np.uint8)
        told = stillness.measure(shown, [box], step / 10)
    assert told == [pytest.approx(9.9)]


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.1])
def test_a_lamp_that_is_switched_makes_no_difference(faces, gain):
    for name, image, box, _ in faces:
        lit = np.clip(image * gain, 0, 255).astype(np.uint8)
        stillness = Stillness()
        told = [stillness.measure(image if step < 20 else lit, [box], step / 10)[0] for step in range(40)]
        assert told[-1] == pytest.approx(3.9), name


def test_a_blink_ends_it(faces, camera):
    seen = 0
    for name, image, box, points in faces:
        stillness = Stillness()
        watch(stillness, camera, image, box, 0, 60)
        closed = with_eyes_closed(image, points)
        if np.abs(cut_patch(closed, box) - cut_patch(image, box)).max() < 12:
            continue  # its eyes can hardly be seen: turned away
        seen += 1
        assert watch(stillness, camera, closed, box, 60, 1) == 0.0, name
        assert watch(stillness, camera, image, box, 61, 10) == pytest.approx(0.9), (
            f"{name}: what was before is forgotten"
        )
    assert seen >= 13


@pytest.mark.parametrize("shift", [(2.0, 0.0), (0.0, -2.0)])
def test_a_head_that_sways_by_two_pixels_ends_it(faces, camera, shift):
    for name, image, box, _ in faces:
        stillness = Stillness()
        watch(stillness, camera, image, box, 0, 30)
        assert watch(stillness, camera, moved(image, *shift), box, 30, 1) == 0.0, name


def test_a_head_that_sways_slowly_is_never_still_for_long(faces, camera):
    """By 2 % of the face to each side, to and fro in four seconds, as people do who stand."""
    for name, image, box, _ in faces[::3]:
        stillness, longest = Stillness(), 0.0
        reach = 0.02 * (box[2] - box[0])
        for step in range(200):
            shown = moved(image, reach * math.sin(2 * math.pi * step / 40))
            longest = max(longest, stillness.measure(camera(shown, step), [box], step / 10)[0])
        assert longest < 3.0, name


def test_a_poster_that_is_missed_is_known_again_and_what_was_not_seen_does_not_count(faces, camera):
    _, image, box, _ = faces[0]
    stillness = Stillness()
    assert watch(stillness, camera, image, box, 0, 100) == pytest.approx(9.9)
    for step in range(100, 130):
        assert stillness.measure(camera(image, step), [], step / 10) == []
    assert watch(stillness, camera, image, box, 130, 20) == pytest.approx(9.9 + 1.9)


def test_a_poster_that_somebody_stood_before_is_known_again(faces, camera):
    (_, image, box, _), (_, other, _, _) = faces[0], faces[1]
    before = cv2.resize(other, image.shape[1::-1])
    stillness = Stillness()
    watch(stillness, camera, image, box, 0, 100)
    assert watch(stillness, camera, before, box, 100, 10) < 1.0, "another face is not still yet"
    assert watch(stillness, camera, image, box, 110, 10) == pytest.approx(9.9 + 0.9)


def test_each_face_of_an_image_is_told_for_itself(faces):
    (_, one, box, _), (_, other, other_box, points) = faces[0], faces[1]
    height = max(one.shape[0], other.shape[0])
    shift = one.shape[1]

    def beside(image):
        canvas = np.zeros((height, one.shape[1] + other.shape[1], 3), np.uint8)
        canvas[: one.shape[0], :shift] = one
        canvas[: other.shape[0], shift:] = image
        return canvas

    boxes = [box, (other_box[0] + shift, other_box[1], other_box[2] + shift, other_box[3])]
    stillness = Stillness()
    for step in range(20):
        stillness.measure(beside(other), boxes, step / 10)
    assert stillness.measure(beside(with_eyes_closed(other, points)), boxes, 2.0) == [pytest.approx(2.0), 0.0]
    assert stillness.measure(beside(with_eyes_closed(other, points)), boxes[::-1], 2.1) == [
        pytest.approx(0.1),
        pytest.approx(2.1),
    ]


def test_the_time_between_two_analysed_images_counts_however_long(faces):
    _, image, box, _ = faces[0]
    stillness = Stillness()
    assert [stillness.measure(image, [box], stamp_s)[0] for stamp_s in (0.0, 10.0, 20.0)] == [0.0, 10.0, 20.0]


@pytest.mark.fault
def test_a_stamp_that_is_not_later_starts_anew(faces):
    _, image, box, _ = faces[0]
    stillness = Stillness()
    assert [stillness.measure(image, [box], stamp_s)[0] for stamp_s in (5.0, 6.0, 6.0, 6.5, 1.0, 1.5)] == [
        0.0,
        1.0,
        0.0,
        0.5,
        0.0,
        0.5,
    ]


def test_of_a_face_that_is_too_small_nothing_is_told(faces):
    _, image, (left, top, right, bottom), _ = faces[0]
    scale = 23 / (right - left)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    box = (left * scale, top * scale, right * scale, bottom * scale)
    assert Stillness().measure(small, [box], 1.0) == [None]


@pytest.mark.fault
def test_where_nothing_can_be_seen_nothing_is_ever_still():
    for level in (0, 128, 255):
        flat, stillness = np.full((100, 100, 3), level, np.uint8), Stillness()
        assert {stillness.measure(flat, [(10, 10, 90, 90)], step / 10)[0] for step in range(50)} == {0.0}


@pytest.mark.fault
def test_what_is_remembered_is_bounded_and_forgotten(faces):
    _, image, box, _ = faces[0]
    rng = np.random.default_rng(5)
    crowd = rng.integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    stillness = Stillness()
    for step in range(300):
        lefts = [(7 * step + 150 * number) % 1150 for number in range(8)]
        stillness.measure(crowd, [(left, 10.0 * (step % 9), left + 90.0, 120.0) for left in lefts], step / 10)
    assert len(stillness._places) <= 100
    stillness.measure(crowd, [], 32.0)
    assert stillness._places == [], "nobody who walked past is remembered"
    assert [stillness.measure(image, [box], 100.0 + second)[0] for second in range(8)][-1] == 7.0
    stillness.measure(image, [], 700.0)
    assert stillness.measure(image, [box], 701.0) == [7.0], "for ten minutes"
    stillness.measure(image, [], 1302.0)
    assert stillness.measure(image, [box], 1303.0) == [0.0]


def test_a_step_is_in_grey_levels_of_the_image_now(faces):
    _, image, box, _ = faces[0]
    patch = cut_patch(image, box)
    assert compare(patch, patch).step == pytest.approx(0.0, abs=1e-3)
    spot = patch.copy()
    spot[10:13, 10:13] += 30.0
    change = compare(patch, spot)
    assert change.step == pytest.approx(30.0, rel=0.15) and change.is_alike
    assert not compare(patch, patch[::-1].copy()).is_alike
