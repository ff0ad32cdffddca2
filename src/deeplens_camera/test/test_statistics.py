import pytest
from deeplens_camera.statistics import RateMeter


def test_rate_of_the_last_seconds():
    meter = RateMeter()
    assert meter.rate_hz(0.0) == 0.0
    for n in range(300):
        meter.count(n / 30)
    assert meter.rate_hz(299 / 30) == pytest.approx(30.0, rel=0.01)


def test_a_source_that_stands_still_slows_down():
    meter = RateMeter()
    for n in range(60):
        meter.count(n / 30)
    assert meter.rate_hz(4.0) == pytest.approx(59 / 4, rel=0.01)
    assert meter.rate_hz(20.0) == 0.0
