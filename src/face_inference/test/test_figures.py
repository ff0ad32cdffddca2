import math

import pytest
from face_inference.figures import Figures, Times, fetch_ms


def working(seconds=10.0, rate_hz=10):
    figures = Figures(0.0)
    for index in range(int(seconds * rate_hz)):
        figures.hear(index / rate_hz)
        figures.count_analysed(index / rate_hz, Times(8.0, 50.0, float(index % 2) * 10, 45.0), dropped=2)
    return figures


def test_rate_times_and_counts():
    summary = working().summary(9.95)
    assert summary.is_well
    assert summary.message == "10.0 images analysed a second"
    assert summary.values == {
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
    summary = working().summary(15.0)
    assert not summary.is_well
    assert summary.message == "no image for 5 s"
    assert summary.values["analysed_hz"] == "0.0"


def test_corrupt_images_are_told_for_a_while():
    figures = working()
    figures.count_corrupt(9.9)
    assert figures.summary(10.0).message == "corrupt images, 1 so far"
    figures.hear(16.0)
    figures.count_analysed(16.0, Times(8.0, 50.0, 0.0, 45.0), dropped=0)
    assert figures.summary(16.0).is_well


def test_images_whose_stamps_do_not_advance_are_told():
    figures = working()
    figures.hear(20.0)
    assert figures.summary(20.0).message == "no image analysed: their stamps don't advance"


@pytest.mark.parametrize(("stamp_s", "expected_ms"), [(100.0, 20.0), (100.5, math.nan), (0.0, math.nan), (100.02, 0.0)])
def test_fetch_time(stamp_s, expected_ms):
    now_ns = 100_020_000_000 if stamp_s else 10**18
    assert fetch_ms(round(stamp_s * 1e9), now_ns) == pytest.approx(expected_ms, nan_ok=True)
