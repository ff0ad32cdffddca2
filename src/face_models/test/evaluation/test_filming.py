import numpy as np
import pytest
from face_inference.boxes import centre, shorter_side
from face_models.evaluation.filming import film

CHANCE = np.random.default_rng(3)
STILL = CHANCE.integers(0, 255, (300, 260, 3), np.uint8)
FACE = (70.0, 80.0, 190.0, 220.0)


def shots(count=40, seed=1):
    return list(film(STILL, FACE, count, np.random.default_rng(seed)))


def test_faces_are_of_many_sizes_and_in_the_middle():
    sizes = [shorter_side(shot.xyxy_px) for shot in shots()]
    assert 35 < min(sizes) < 60 and 120 < max(sizes) < 180
    for shot in shots():
        height, width = shot.image_bgr.shape[:2]
        x, y = centre(shot.xyxy_px)
        assert (x, y) == pytest.approx((width / 2, height / 2), abs=0.3 * shorter_side(shot.xyxy_px))


def test_no_two_images_are_alike_in_light():
    assert np.ptp([shot.image_bgr.mean() for shot in shots()]) > 50


def test_the_same_seed_gives_the_same_film():
    one, two, other = shots(3), shots(3), shots(3, seed=2)
    assert all(np.array_equal(a.image_bgr, b.image_bgr) for a, b in zip(one, two, strict=True))
    assert one[0].xyxy_px == two[0].xyxy_px != other[0].xyxy_px
