import numpy as np
import pytest


class GivenOutput:
    """A network whose output is known, to test what is made of it."""

    def __init__(self, rows, columns, output, **constants):
        self.input_shape = (1, 3, rows, columns)
        self.constants = constants
        self.output = np.array(output, np.float32)

    def run(self, images_rgb):
        assert images_rgb.shape == self.input_shape
        return self.output[None]


@pytest.fixture
def given_output():
    return GivenOutput


@pytest.fixture(scope="session")
def one_face_bgr(photos):
    """An upright face in an image of 320 x 300."""
    return photos["sample3"][110:410, 230:550].copy()


@pytest.fixture(scope="session")
def photo_of_four(photos):
    return photos["sample4"]


@pytest.fixture(scope="session")
def dlib():
    """What the detectors around dlib need."""
    return pytest.importorskip("dlib", reason="dlib is missing: `./signage setup detectors` installs it")
