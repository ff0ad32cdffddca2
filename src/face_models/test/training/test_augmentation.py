import numpy as np
import pytest
from face_models.training.augmentation import augment, fit_square

BOX = np.array([200, 100, 300, 220], np.float32)


def make_picture():
    return np.random.default_rng(0).integers(1, 255, (400, 500, 3), dtype=np.uint8)


def test_the_lot_decides_and_nothing_else_does():
    picture = make_picture()
    once, again, other = (augment(picture, BOX, 112, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)
    assert (once.shape, once.dtype) == ((112, 112, 3), np.uint8)
    assert np.array_equal(picture, make_picture())


def test_a_changed_face_is_still_that_face(photos):
    photo = photos["sample1"]
    box = np.array([230, 205, 345, 330], np.float32)
    plain = fit_square(photo[205:330, 230:345], 112)[8:-8, 8:-8].astype(float).ravel()
    likeness = []
    for seed in range(20):
        drawn = augment(photo, box, 112, np.random.default_rng(seed)).astype(float)
        likeness.append(max(np.corrcoef(plain, one[8:-8, 8:-8].ravel())[0, 1] for one in (drawn, drawn[:, ::-1])))
    assert np.median(likeness) > 0.5
    assert min(likeness) < 0.95


def test_half_of_them_are_mirrored_and_some_are_coarse():
    left = np.zeros((200, 200, 3), np.uint8)
    left[:, :100] = 200
    box = np.array([0, 0, 200, 200], np.float32)
    drawn = [augment(left, box, 112, np.random.default_rng(seed)).astype(float) for seed in range(60)]
    mirrored = sum(one[:, 60:].sum() > one[:, :52].sum() for one in drawn)
    assert 15 < mirrored < 45


@pytest.mark.parametrize("shape", [(50, 100), (100, 50)])
def test_what_is_not_square_is_padded_with_black(shape):
    square = fit_square(np.full((*shape, 3), 200, np.uint8), 112)
    black = (square == 0).all(axis=2)
    assert black.sum() == 112 * 56
    assert black[0].all() or black[:, 0].all()
    assert black[-1].all() or black[:, -1].all()


def test_a_box_outside_the_picture_shows_all_of_it():
    outside = np.array([900, 900, 950, 950], np.float32)
    assert augment(make_picture(), outside, 112, np.random.default_rng(0)).any()
