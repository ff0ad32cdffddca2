import numpy as np
import pytest
from face_inference.boxes import centre, shorter_side
from face_models.evaluation.synthetic_clips import make_clip

RNG = np.random.default_rng(3)
STILL = RNG.integers(0, 255, (300, 260, 3), np.uint8)
FACE = (70.0, 80.0, 190.0, 220.0)


def frames(count=40, seed=1):
    return list(make_clip(STILL, FACE, count, np.random.default_rng(seed)))


def test_faces_are_of_many_sizes_and_in_the_middle():
    sizes = [shorter_side(frame.xyxy_px) for frame in frames()]
    assert 35 < min(sizes) < 60 and 120 < max(sizes) < 180
    for frame in frames():
        height, width = frame.image_bgr.shape[:2]
        x, y = centre(frame.xyxy_px)
        assert (x, y) == pytest.approx((width / 2, height / 2), abs=0.3 * shorter_side(frame.xyxy_px))


def test_no_two_images_are_alike_in_light():
    assert np.ptp([frame.image_bgr.mean() for frame in frames()]) > 50


def test_the_same_seed_gives_the_same_clip():
    one, two, other = frames(3), frames(3), frames(3, seed=2)
    assert all(np.array_equal(a.image_bgr, b.image_bgr) for a, b in zip(one, two, strict=True))
    assert one[0].xyxy_px == two[0].xyxy_px != other[0].xyxy_px
