import array

import cv2
import numpy as np
import pytest
from face_inference.images import CorruptImageError, decode, decode_thumbnail, shrink

IMAGE = np.zeros((48, 64, 3), np.uint8) + np.array([200, 100, 20], np.uint8)


def encoded(extension=".jpg"):
    return cv2.imencode(extension, IMAGE)[1].tobytes()


@pytest.mark.parametrize("extension", [".jpg", ".png"])
@pytest.mark.parametrize("kind", [bytes, lambda data: array.array("B", data)])
def test_an_image_is_decoded_in_bgr(extension, kind):
    image = decode(kind(encoded(extension)))
    assert image.shape == IMAGE.shape
    assert np.abs(image.astype(int) - IMAGE).max() <= 3


def test_a_grey_image_has_three_channels():
    assert decode(cv2.imencode(".jpg", IMAGE[:, :, 0])[1].tobytes()).shape == IMAGE.shape


@pytest.mark.parametrize("data", [b"", b"not an image", encoded()[:-40], encoded()[:100]])
def test_what_is_no_whole_image_is_an_error(data):
    with pytest.raises(CorruptImageError, match="expected a JPEG or PNG"):
        decode(data)


@pytest.mark.parametrize("extension", [".jpg", ".png"])
def test_a_thumbnail_is_an_eighth_and_grey(extension):
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    thumbnail = decode_thumbnail(cv2.imencode(extension, ramp)[1])
    assert thumbnail.shape == (8, 32) and thumbnail.dtype == np.uint8
    assert np.abs(thumbnail.astype(int) - shrink(ramp)).max() <= 3


@pytest.mark.parametrize("data", [b"", b"not an image", encoded()[:100]])
def test_a_thumbnail_of_no_image_is_an_error(data):
    with pytest.raises(CorruptImageError, match="expected a JPEG or PNG"):
        decode_thumbnail(data)
