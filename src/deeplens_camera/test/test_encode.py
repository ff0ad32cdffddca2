import cv2
import numpy as np
import pytest
from deeplens_camera.encode import decode_image, encode_jpeg
from deeplens_camera.errors import BrokenPictureError


def test_there_and_back():
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
    with pytest.raises(BrokenPictureError):
        decode_image(data)
