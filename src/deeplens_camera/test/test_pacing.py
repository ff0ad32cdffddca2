import itertools

import pytest
from deeplens_camera.pacing import GIVE_UP_S, BackOff, Pacer, RateLimit


def play(pacer, seconds, cost_s):
    """Read frames that each cost some time; return when each was shown and how many were skipped."""
    now_s, shown, skipped = 100.0, [], 0
    while now_s < 100.0 + seconds:
        step = pacer.next_step(now_s)
        now_s += step.wait_s
        shown.append(now_s)
        skipped += step.skip
        now_s += cost_s
    return shown, skipped


def test_frames_come_at_their_rate_without_drift():
    shown, skipped = play(Pacer(30.0), 600.0, 0.01)
    assert skipped == 0
    assert len(shown) == pytest.approx(600 * 30, abs=1)
    assert shown[17_999] == pytest.approx(100.0 + 17_999 / 30)


def test_late_frames_are_skipped_not_piled():
    shown, skipped = play(Pacer(30.0), 60.0, 0.1)
    assert len(shown) == pytest.approx(600, abs=2)
    assert len(shown) + skipped == pytest.approx(1800, abs=4)


def test_after_one_hold_the_film_is_where_it_would_be():
    pacer = Pacer(10.0)
    pacer.next_step(0.0)
    held = pacer.next_step(0.55)
    assert (held.wait_s, held.skip) == (0.0, 4)  # frames 1 to 4 were due; 5 is shown
    assert held.due_s == pytest.approx(0.5)
    assert pacer.next_step(0.56).wait_s == pytest.approx(0.04)


def test_after_a_sleep_it_goes_on_from_there():
    pacer = Pacer(10.0)
    pacer.next_step(0.0)
    assert pacer.next_step(GIVE_UP_S + 3600.0).skip == 0
    assert pacer.next_step(GIVE_UP_S + 3600.0).wait_s == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("source_hz", "limit_hz", "expected"), [(30, 10, 10), (30, 30, 30), (25, 30, 25), (30, 12, 12)]
)
def test_a_rate_is_limited_evenly(source_hz, limit_hz, expected):
    limit = RateLimit(limit_hz)
    admitted = [n for n in range(source_hz * 10) if limit.admits(n / source_hz)]
    assert len(admitted) == pytest.approx(expected * 10, abs=1)
    gaps = [b - a for a, b in itertools.pairwise(admitted)]
    assert max(gaps) - min(gaps) <= 1


def test_a_camera_that_jitters_loses_nothing_at_its_own_rate():
    limit = RateLimit(30.0)
    assert all(limit.admits(n / 30 + (0.006 if n % 2 else 0.0)) for n in range(300))


def test_no_limit():
    limit = RateLimit(0.0)
    assert all(limit.admits(0.0) for _ in range(5))


def test_a_limit_survives_a_step_of_the_clock():
    limit = RateLimit(10.0)
    assert limit.admits(1000.0)
    assert limit.admits(0.0)
    assert not limit.admits(0.05)


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(0, 0.5), (1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 10.0), (10_000, 10.0)]
)
def test_each_wait_is_longer_up_to_the_limit(failures, wait_s):
    assert BackOff(0.5, 2.0, 10.0).wait_s(failures) == wait_s
