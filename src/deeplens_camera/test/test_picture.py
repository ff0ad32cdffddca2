import numpy as np
import pytest
from deeplens_camera.encode import decode_image
from deeplens_camera.errors import BrokenPictureError
from deeplens_camera.picture import Picture


def test_a_jpeg_is_passed_through(jpeg):
    data = jpeg(90)
    picture = Picture(jpeg=data)
    assert picture.jpeg(10) is data
    assert picture.sized(0, 0) is picture
    assert picture.sized(320, 240) is picture
    assert abs(int(picture.image_bgr[0, 0, 0]) - 90) < 3


def test_pixels_are_encoded_once():
    picture = Picture(np.full((20, 30, 3), 50, np.uint8))
    assert picture.jpeg(80) is picture.jpeg(80)


def test_another_size_is_another_picture(jpeg):
    picture = Picture(jpeg=jpeg(90)).sized(160, 0)
    assert decode_image(picture.jpeg(90)).shape == (120, 160, 3)


def test_a_damaged_jpeg_is_not_passed_through(jpeg):
    with pytest.raises(BrokenPictureError):
        Picture(jpeg=jpeg(90)[:200]).sized(0, 0)
