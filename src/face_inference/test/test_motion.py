import pytest
from face_inference.boxes import box_around
from face_inference.motion import Motion


def box(x):
    return box_around((x, 300.0), (80.0, 100.0))


def test_one_detection_predicts_standing_still():
    assert Motion(box(100.0), 0.0).centre_at(1.0) == (100.0, 300.0)


def test_two_detections_give_the_velocity_even_at_uneven_times():
    motion = Motion(box(100.0), 0.0)
    motion.correct(box(130.0), 0.1)
    assert motion.centre_at(0.4) == pytest.approx((220.0, 300.0))


def test_jitter_of_a_standing_face_hardly_moves_the_prediction():
    motion = Motion(box(100.0), 0.0)
    for step in range(1, 30):
        motion.correct(box(100.0 + (-2.0) ** (step % 2)), 0.1 * step)
    assert motion.centre_at(3.4)[0] == pytest.approx(100.0, abs=12.0)


def test_the_size_follows():
    motion = Motion(box_around((0, 0), (50, 50)), 0.0)
    for step in range(1, 10):
        motion.correct(box_around((0, 0), (100, 120)), 0.1 * step)
    assert motion.extent_px == pytest.approx((100, 120), abs=1)
