import math

import numpy as np
import pytest
from face_inference.boxes import box_around
from face_inference.tracks import FaceState, Motion, Tracker, TrackRules, distance, match

SIZE = (1280, 720)
EMPTY = np.zeros((0, 4), np.float32), np.zeros(0, np.float32)


def faces(*centres, size=(80.0, 100.0), scores=None):
    boxes = np.array([box_around(centre, size) for centre in centres], np.float32).reshape(-1, 4)
    return boxes, np.array(scores or [0.9] * len(centres), np.float32)


def run(tracker, *images, start_s=0.0, step_s=0.1):
    """Feed images; return for each the ids with their states."""
    told = []
    for index, (boxes, scores) in enumerate(images):
        seen = tracker.update(boxes, scores, start_s + step_s * index, SIZE)
        told.append({face.track_id: face.state for face in seen})
    return told


def standing(count):
    return [faces((400, 300))] * count


def test_a_face_keeps_its_id():
    assert run(Tracker(), *standing(20)) == [{1: FaceState.DETECTED}] * 20


def test_nobody_is_no_face():
    assert run(Tracker(), EMPTY, EMPTY) == [{}, {}]


@pytest.mark.parametrize("speed_px", [20, 60, 90])
def test_a_walker_keeps_the_id(speed_px):
    path = [faces((100 + speed_px * step, 300)) for step in range(12)]
    assert all(set(seen) == {1} for seen in run(Tracker(), *path))


def test_a_person_who_comes_nearer_keeps_the_id():
    path = [faces((400, 300), size=(40 * 1.15**step, 50 * 1.15**step)) for step in range(12)]
    assert all(set(seen) == {1} for seen in run(Tracker(), *path))


def test_a_missed_face_is_predicted_then_gone():
    told = run(Tracker(TrackRules(coast_s=0.45)), *standing(5), *[EMPTY] * 7)
    assert [seen.get(1) for seen in told[5:]] == [FaceState.PREDICTED] * 4 + [None] * 3


def test_the_prediction_moves_on_and_the_face_is_found_again_there():
    path = [faces((200 + 50 * step, 300)) for step in range(5)] + [EMPTY] * 3 + [faces((600, 300))]
    tracker = Tracker()
    told = run(tracker, *path)
    assert told[-2] == {1: FaceState.PREDICTED}
    assert told[-1] == {1: FaceState.DETECTED}


def test_a_predicted_face_lies_where_the_motion_leads():
    tracker = Tracker()
    run(tracker, *[faces((200 + 50 * step, 300)) for step in range(5)])
    (face,) = tracker.update(*EMPTY, 0.6, SIZE)
    assert face.xyxy_px == pytest.approx(box_around((500, 300), (80, 100)), abs=5)


def test_a_face_predicted_out_of_the_image_is_gone_at_once():
    path = [faces((1000 + 60 * step, 300)) for step in range(5)] + [EMPTY] * 2
    assert run(Tracker(), *path)[-1] == {}


def test_a_false_alarm_of_one_image_stays_one_image():
    assert run(Tracker(), faces((400, 300)), EMPTY, EMPTY) == [{1: FaceState.DETECTED}, {}, {}]


def test_a_young_track_keeps_its_id_through_a_miss_that_is_not_reported():
    assert run(Tracker(), faces((400, 300)), EMPTY, faces((402, 300))) == [
        {1: FaceState.DETECTED},
        {},
        {1: FaceState.DETECTED},
    ]


def test_two_people_who_cross_keep_their_ids():
    tracker = Tracker()
    last = None
    for step in range(21):
        left, right = 200 + 40 * step, 1000 - 40 * step
        hidden = abs(left - right) < 80  # one hides the other
        people = [(left, 300)] if hidden else [(left, 300), (right, 300)]
        last = tracker.update(*faces(*people), 0.1 * step, SIZE)
    by_id = {face.track_id: face for face in last}
    assert set(by_id) == {1, 2}
    assert by_id[1].xyxy_px[0] > by_id[2].xyxy_px[0]


def test_somebody_who_comes_and_goes_leaves_the_others_alone():
    pair = faces((300, 300), (800, 300))
    alone = faces((300, 300))
    told = run(Tracker(), *[alone] * 3, *[pair] * 4, *[alone] * 8, *[pair] * 2)
    assert [set(seen) for seen in told[:7]] == [{1}] * 3 + [{1, 2}] * 4
    assert set(told[14]) == {1}
    assert set(told[-1]) == {1, 3}


def test_a_neighbour_does_not_take_the_id_of_a_missed_face():
    told = run(Tracker(), *standing(5), *[faces((650, 300))] * 3)
    assert told[-1] == {1: FaceState.PREDICTED, 2: FaceState.DETECTED}


def test_a_faint_detection_continues_a_track_and_starts_none():
    faint = faces((400, 300), (900, 300), scores=[0.35, 0.35])
    told = run(Tracker(), *standing(4), faint, faint)
    assert told[-1] == {1: FaceState.DETECTED}


def test_a_second_box_on_the_same_face_is_no_second_person():
    boxes, scores = faces((400, 300), size=(80, 100))
    smaller = np.array([box_around((400, 310), (50, 60))], np.float32)
    twice = np.concatenate([boxes, smaller]), np.append(scores, np.float32(0.6))
    assert run(Tracker(), *[twice] * 3)[-1] == {1: FaceState.DETECTED}


@pytest.mark.parametrize("stamp_s", [5.0, 9.9, 10.4])
def test_time_that_stands_or_runs_back_starts_anew(stamp_s):
    tracker = Tracker()
    run(tracker, *standing(5), start_s=10.0)
    (face,) = tracker.update(*faces((400, 300)), stamp_s, SIZE)
    assert face.track_id == 2


def test_a_long_silence_starts_anew():
    tracker = Tracker()
    run(tracker, *standing(5))
    (face,) = tracker.update(*faces((400, 300)), 5.0, SIZE)
    assert face.track_id == 2
    assert tracker.live_ids == [2]


def test_uneven_times_keep_the_id():
    tracker, stamp_s = Tracker(), 0.0
    for step_s in [0.1, 0.033, 0.3, 0.1, 0.4, 0.066, 0.1]:
        stamp_s += step_s
        (face,) = tracker.update(*faces((100 + 300 * stamp_s, 300)), stamp_s, SIZE)
        assert face.track_id == 1


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 100, 100), (0, 0, 100, 100), 0.0),
        ((0, 0, 100, 100), (100, 0, 200, 100), 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 1.0),
        ((-100, -100, 100, 100), (-50, -50, 50, 50), math.log(2)),
    ],
)
def test_distance_is_in_face_sizes(a, b, expected):
    assert distance(a, b) == distance(b, a) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("costs", "pairs"),
    [
        ([], {}),
        ([[]], {}),
        ([[0.2]], {0: 0}),
        ([[1.2]], {}),
        ([[0.5, 0.1], [0.2, 0.3]], {0: 1, 1: 0}),
        ([[0.1, 0.2], [0.15, 2.0]], {0: 0}),
    ],
)
def test_the_smallest_costs_pair_first(costs, pairs):
    assert match(costs) == pairs


def box_at(x):
    return box_around((x, 300.0), (80.0, 100.0))


def test_one_detection_predicts_standing_still():
    assert Motion(box_at(100.0), 0.0).centre_at(1.0) == (100.0, 300.0)


def test_two_detections_give_the_velocity_even_at_uneven_times():
    motion = Motion(box_at(100.0), 0.0)
    motion.correct(box_at(130.0), 0.1)
    assert motion.centre_at(0.4) == pytest.approx((220.0, 300.0))


def test_jitter_of_a_standing_face_hardly_moves_the_prediction():
    motion = Motion(box_at(100.0), 0.0)
    for step in range(1, 30):
        motion.correct(box_at(100.0 + (-2.0) ** (step % 2)), 0.1 * step)
    assert motion.centre_at(3.4)[0] == pytest.approx(100.0, abs=12.0)


def test_the_size_follows():
    motion = Motion(box_around((0, 0), (50, 50)), 0.0)
    for step in range(1, 10):
        motion.correct(box_around((0, 0), (100, 120)), 0.1 * step)
    assert motion.extent_px == pytest.approx((100, 120), abs=1)
