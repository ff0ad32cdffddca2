import itertools

import numpy as np
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.synthetic import SyntheticSource


def test_default_size_and_rate():
    source = SyntheticSource(CameraParams())
    source.advance()
    assert source.frame().image_bgr.shape == (720, 1280, 3)
    assert source.rate_hz == 30.0


def test_it_moves_and_goes_round():
    source = SyntheticSource(CameraParams(fps=5.0, width=64, height=48))
    shown = []
    for _ in range(50):
        source.advance()
        shown.append(source.frame().image_bgr)
    assert source.rate_hz == 5.0
    assert all((a != b).any() for a, b in itertools.pairwise(shown))


def test_any_size_can_be_drawn():
    for size in ((1, 1), (3, 2000), (1921, 1081)):
        source = SyntheticSource(CameraParams(width=size[0], height=size[1]))
        source.advance()
        assert source.frame().image_bgr.shape == (size[1], size[0], 3)
        assert source.frame().image_bgr.dtype == np.uint8
