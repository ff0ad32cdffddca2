import itertools
import random

import pytest
from face_inference.scheduling import (
    Candidate,
    DropCounter,
    FrameSchedule,
    StampError,
    choose_to_assess,
    choose_to_classify,
    read_stamp,
)


def chosen(schedule, stamps):
    return [stamp for stamp in stamps if schedule.admits(stamp)]


@pytest.mark.parametrize(("fps", "rate_hz", "expected_hz"), [(30, 10, 10), (25, 10, 10), (60, 10, 10), (8, 10, 8)])
def test_the_rate_is_kept(fps, rate_hz, expected_hz):
    stamps = [100.0 + index / fps for index in range(60 * fps)]
    assert len(chosen(FrameSchedule(rate_hz), stamps)) == pytest.approx(60 * expected_hz, abs=2)


def test_every_third_of_thirty_a_second_even_with_jitter():
    jitter = random.Random(1)
    stamps = [index / 30 + jitter.uniform(-0.008, 0.008) for index in range(3000)]
    taken = chosen(FrameSchedule(10), stamps)
    gaps = [later - earlier for earlier, later in itertools.pairwise(taken)]
    assert len(taken) == pytest.approx(1000, abs=3)
    assert max(gaps) < 0.15


def test_a_slow_analysis_takes_the_next_image_at_once():
    stamps = [index * 0.25 for index in range(20)]
    assert chosen(FrameSchedule(10), stamps) == stamps


def test_after_a_silence_there_is_no_burst():
    schedule = FrameSchedule(10)
    chosen(schedule, [index / 30 for index in range(30)])
    assert len(chosen(schedule, [60 + index / 30 for index in range(30)])) <= 11


def test_a_clock_set_back_starts_anew():
    schedule = FrameSchedule(10)
    chosen(schedule, [1000 + index / 30 for index in range(30)])
    assert schedule.admits(5.0)
    assert not schedule.admits(5.033)


def test_an_image_that_comes_twice_or_out_of_order_is_left_out():
    schedule = FrameSchedule(10)
    assert chosen(schedule, [1.0, 1.0, 0.9, 0.5, 1.1, 1.05]) == [1.0, 1.1]


def stamps_of(start_s, count=30):
    return [start_s + index / 30 for index in range(count)]


@pytest.mark.fault
@pytest.mark.parametrize("jump_s", [-1e9, -3600, -10, -2.1, 2.1, 10, 3600, 1e9])
@pytest.mark.parametrize("times", [1, 5])
def test_whatever_the_clock_does_the_rate_goes_on(jump_s, times):
    schedule = FrameSchedule(10)
    for turn in range(times):
        taken = chosen(schedule, stamps_of(2e9 + turn * (jump_s + 1)))
        assert taken[0] - (2e9 + turn * (jump_s + 1)) < 0.11 and 9 <= len(taken) <= 11


@pytest.mark.fault
def test_one_image_of_the_far_future_costs_no_later_one():
    schedule = FrameSchedule(10)
    taken = chosen(schedule, [*stamps_of(1000), 2**31, *stamps_of(1001)])
    assert len([stamp for stamp in taken if stamp > 1001]) >= 10


@pytest.mark.fault
@pytest.mark.parametrize(("stamp_s", "is_stale"), [(100.0, True), (99.2, True), (98.9, False), (100.1, False)])
def test_what_is_stale(stamp_s, is_stale):
    schedule = FrameSchedule(10)
    assert not schedule.is_stale(5.0)
    schedule.admits(100.0)
    assert schedule.is_stale(stamp_s) is is_stale


@pytest.mark.fault
@pytest.mark.parametrize(("before_hz", "after_hz"), [(0.1, 10), (10, 0.1), (10, 5), (5, 30), (10, 10)])
def test_another_rate_holds_from_the_next_image_on(before_hz, after_hz):
    schedule = FrameSchedule(before_hz)
    chosen(schedule, stamps_of(0, 60))
    schedule.set_rate(after_hz)
    taken = chosen(schedule, stamps_of(2, 1200))
    assert len(taken) == pytest.approx(40 * after_hz, abs=3)
    assert max(b - a for a, b in itertools.pairwise([2.0, *taken])) < 1 / after_hz + 0.1


NOW_NS = 1_795_000_000 * 10**9


@pytest.mark.fault
@pytest.mark.parametrize("now_ns", [NOW_NS, 0])
@pytest.mark.parametrize(
    ("stamp", "expected_ns"),
    [((0, 1), 1), ((1_794_999_999, 5), 1_794_999_999_000_000_005), ((1_795_086_400, 0), 1_795_086_400 * 10**9)],
)
def test_a_stamp_is_read_whatever_clock_it_is_of(now_ns, stamp, expected_ns):
    assert read_stamp(*stamp, now_ns) == expected_ns


@pytest.mark.fault
@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ((0, 0), "got the stamp 0 s 0 ns"),
        ((-1, 0), "got the stamp -1 s"),
        ((-1, 999_999_999), "got the stamp -1 s"),
        ((-(2**31), 2**32 - 1), "got the stamp"),
        ((5, 10**9), "got the stamp"),
        ((5, 2**32 - 1), "got the stamp"),
        ((1_795_086_401, 0), "1.0 days ahead"),
        ((2**31 - 1, 0), "days ahead"),
    ],
)
def test_what_is_no_time_of_capture_is_an_error(stamp, expected):
    with pytest.raises(StampError, match=expected):
        read_stamp(*stamp, NOW_NS)


def test_dropped_images_are_counted_seen_or_not():
    drops = DropCounter()
    for number in (1, 2, 5, 6):
        drops.count("camera", number)
    drops.count_unused()
    assert drops.take() == 3
    assert drops.take() == 0


@pytest.mark.parametrize("second", [("camera", 3), ("camera", None), ("other", 900)])
def test_what_is_no_sequence_is_not_counted(second):
    drops = DropCounter()
    drops.count("camera", 10)
    drops.count(*second)
    assert drops.take() == 0


def face(track_id, estimates=0, age_s=0.0, is_certain=False, face_px=80.0, now_s=10.0, assessed_s=0.0):
    return Candidate(track_id, face_px, assessed_s, estimates, now_s - age_s, is_certain)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([], []),
        ([face(1), face(2, face_px=90.0), face(3, face_px=70.0)], [2, 1]),
        ([face(1, estimates=1, age_s=0.1), face(2)], [2, 1]),
        ([face(1, estimates=4, age_s=0.1, is_certain=True)], [1]),
        ([face(1, estimates=5, age_s=1.4, is_certain=True)], []),
        ([face(1, estimates=5, age_s=1.6, is_certain=True)], [1]),
        ([face(1, estimates=9, age_s=0.2)], []),
        ([face(1, estimates=9, age_s=0.4)], [1]),
        ([face(1, estimates=9, age_s=0.4), face(2, estimates=9, age_s=2.0), face(3)], [3, 2]),
    ],
)
def test_which_faces_are_classified(candidates, expected):
    assert choose_to_classify(candidates, 10.0, 2) == expected


def test_in_a_crowd_everybody_has_a_turn():
    counts, last = dict.fromkeys(range(1, 11), 0), dict.fromkeys(range(1, 11), 0.0)
    for image in range(100):
        now_s = image / 10
        crowd = [Candidate(one, 50.0 + one, now_s, counts[one], last[one], counts[one] > 3) for one in counts]
        for one in choose_to_classify(crowd, now_s, 2):
            counts[one] += 1
            last[one] = now_s
    assert min(counts.values()) >= 8


@pytest.mark.parametrize(
    ("assessed_s", "expected"),
    [((1.0, 3.0, 2.0), [1, 3]), ((5.0, float("-inf"), 4.0), [2, 3]), ((1.0, 1.0, 1.0), [3, 2])],
)
def test_who_was_not_assessed_for_the_longest_is_assessed(assessed_s, expected):
    candidates = [face(index, assessed_s=one, face_px=80.0 + index) for index, one in enumerate(assessed_s, 1)]
    assert choose_to_assess(candidates, 10.0, 2) == expected


@pytest.mark.parametrize(("estimates", "assessed_s", "is_due"), [(4, 9.9, True), (5, 9.9, False), (5, 9.7, True)])
def test_a_known_face_is_assessed_a_few_times_a_second(estimates, assessed_s, is_due):
    assert bool(choose_to_assess([face(1, estimates=estimates, assessed_s=assessed_s)], 10.0, 2)) == is_due
