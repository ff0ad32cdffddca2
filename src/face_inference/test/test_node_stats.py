import math

import pytest
from face_inference.node_stats import AnalysisTimes, NodeStats, fetch_ms
from signage_common.health import Level


def working(seconds=10.0, rate_hz=10):
    stats = NodeStats(0.0)
    for index in range(int(seconds * rate_hz)):
        stats.count_received(index / rate_hz)
        stats.count_analysed(index / rate_hz, AnalysisTimes(8.0, 50.0, float(index % 2) * 10, 45.0), dropped=2)
    return stats


def test_rate_times_and_counts():
    health = working().health(9.95)
    assert health.level is Level.OK
    assert health.message == "10.0 images analysed a second"
    assert health.values == {
        "analysed_hz": "10.0",
        "fetch_ms": "8.0",
        "detect_ms": "50.0",
        "classify_ms": "5.0",
        "analysed": 100,
        "dropped": 200,
        "corrupt": 0,
        "detect_cpu_s": "4.5000",
    }


def test_silence_is_told():
    health = working().health(15.0)
    assert health.level is Level.WARN
    assert health.message == "no image for 5 s"
    assert health.values["analysed_hz"] == "0.0"


def test_corrupt_images_are_told_for_a_while():
    stats = working()
    stats.count_corrupt(9.9)
    assert stats.health(10.0).message == "corrupt images, 1 so far"
    stats.count_received(16.0)
    stats.count_analysed(16.0, AnalysisTimes(8.0, 50.0, 0.0, 45.0), dropped=0)
    assert stats.health(16.0).level is Level.OK


def test_images_whose_stamps_do_not_advance_are_told():
    stats = working()
    stats.count_received(20.0)
    assert stats.health(20.0).message == "no image analysed: their stamps don't advance"


@pytest.mark.parametrize(("stamp_s", "expected_ms"), [(100.0, 20.0), (100.5, math.nan), (0.0, math.nan), (100.02, 0.0)])
def test_fetch_time(stamp_s, expected_ms):
    now_ns = 100_020_000_000 if stamp_s else 10**18
    assert fetch_ms(round(stamp_s * 1e9), now_ns) == pytest.approx(expected_ms, nan_ok=True)


@pytest.mark.fault
def test_images_without_a_usable_stamp_are_counted_and_told_for_a_while():
    stats = working()
    assert "unstamped" not in stats.health(9.95).values
    stats.count_unstamped(9.9)
    stats.count_unstamped(9.95)
    health = stats.health(10.0)
    assert (health.level, health.values["unstamped"]) == (Level.WARN, 2)
    assert health.message == "images without a new time of capture, 2 so far"
    stats.count_received(16.0)
    stats.count_analysed(16.0, AnalysisTimes(8.0, 50.0, 0.0, 45.0), dropped=0)
    assert stats.health(16.0).level is Level.OK
