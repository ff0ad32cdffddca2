"""One frame: pixels and JPEG, each made of the other, the size that a JPEG says, and another size."""

import cv2
import numpy as np
import pytest
from deeplens_camera.decoding import decode_image
from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.frame import (
    BORDER_GREY,
    Frame,
    empty_scene,
    encode_jpeg,
    fit,
    wanted_size,
)


def test_a_jpeg_is_passed_through(jpeg):
    data = jpeg(90)
    frame = Frame(jpeg=data)
    assert frame.jpeg(10) is data
    assert frame.resized(0, 0) is frame
    assert frame.resized(320, 240) is frame
    assert abs(int(frame.image_bgr[0, 0, 0]) - 90) < 3


def test_pixels_are_encoded_once():
    frame = Frame(np.full((20, 30, 3), 50, np.uint8))
    assert frame.jpeg(80) is frame.jpeg(80)


def test_another_size_is_another_frame(jpeg):
    frame = Frame(jpeg=jpeg(90)).resized(160, 0)
    assert decode_image(frame.jpeg(90)).shape == (120, 160, 3)


def test_a_damaged_jpeg_is_not_passed_through(jpeg):
    with pytest.raises(BrokenFrameError):
        Frame(jpeg=jpeg(90)[:200]).resized(0, 0)


def test_encoded_and_decoded():
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30] = (200, 50, 20)  # blue: the order of the colours is kept
    again = decode_image(encode_jpeg(pixels, 95))
    assert again.shape == pixels.shape
    assert np.abs(again.astype(int) - pixels)[:, :20].max() < 6


def test_quality_costs_bytes():
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    assert len(encode_jpeg(noise, 95)) > 2 * len(encode_jpeg(noise, 30))


def test_other_formats_are_decoded():
    pixels = np.full((10, 10, 3), 77, np.uint8)
    assert (decode_image(cv2.imencode(".png", pixels)[1].tobytes()) == 77).all()


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xd9"])
def test_what_is_no_picture_is_broken(data):
    with pytest.raises(BrokenFrameError):
        decode_image(data)


@pytest.mark.parametrize("flags", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1, 1), (33, 7)])
def test_size_of_a_real_jpeg(width, height, flags):
    jpeg = cv2.imencode(".jpg", np.zeros((height, width, 3), np.uint8), flags)[1].tobytes()
    assert Frame(jpeg=jpeg).size == (width, height)
    assert Frame(jpeg=jpeg + bytes(64)).size == (width, height)  # drivers pad


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "does not begin"),
        (lambda data: b"GIF89a" * 20, "does not begin"),
        (lambda data: data[: len(data) // 2], "end is missing"),
        (lambda data: data[:2] + b"\xff\xd9", "does not say its size"),
        (lambda data: data[:2] + bytes(20) + b"\xff\xd9", "does not say its size"),
    ],
)
def test_damage_is_noticed(damage, message, jpeg):
    with pytest.raises(BrokenFrameError, match=message):
        Frame(jpeg=damage(jpeg(100))).resized(0, 0)


def test_a_tall_photo_gets_grey_beside_it():
    fitted = fit(np.full((400, 200, 3), 255, np.uint8), (640, 360))
    assert fitted.shape == (360, 640, 3)
    assert (fitted[:, :200] == BORDER_GREY).all() and (fitted[:, -200:] == BORDER_GREY).all()
    assert (fitted[:, 240:400] == 255).all()


def test_a_wide_photo_gets_grey_above_and_below():
    fitted = fit(np.full((100, 400, 3), 255, np.uint8), (400, 300))
    assert (fitted[:95] == BORDER_GREY).all() and (fitted[110:190] == 255).all()


def test_what_fits_is_not_touched():
    photo = np.zeros((36, 64, 3), np.uint8)
    assert fit(photo, (64, 36)) is photo
    assert fit(photo, (128, 72)).shape == (72, 128, 3)


def test_a_line_of_pixels_survives():
    assert fit(np.zeros((1, 4000, 3), np.uint8), (100, 100)).shape == (100, 100, 3)


def test_empty_scene():
    assert empty_scene((8, 4)).shape == (4, 8, 3)


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(0, 0, (640, 480)), (320, 0, (320, 240)), (0, 120, (160, 120)), (9, 9, (9, 9))]
)
def test_wanted_size(width, height, expected):
    assert wanted_size((640, 480), width, height) == expected
