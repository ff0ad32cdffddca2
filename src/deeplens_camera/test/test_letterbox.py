import numpy as np
import pytest
from deeplens_camera.letterbox import BORDER_GREY, empty_scene, fit, wanted_size


def test_a_tall_photo_gets_grey_beside_it():
    picture = fit(np.full((400, 200, 3), 255, np.uint8), (640, 360))
    assert picture.shape == (360, 640, 3)
    assert (picture[:, :200] == BORDER_GREY).all() and (picture[:, -200:] == BORDER_GREY).all()
    assert (picture[:, 240:400] == 255).all()


def test_a_wide_photo_gets_grey_above_and_below():
    picture = fit(np.full((100, 400, 3), 255, np.uint8), (400, 300))
    assert (picture[:95] == BORDER_GREY).all() and (picture[110:190] == 255).all()


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
