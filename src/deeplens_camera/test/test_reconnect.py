import pytest
from deeplens_camera.reconnect import BackOff


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(0, 0.5), (1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 10.0), (10_000, 10.0)]
)
def test_each_wait_is_longer_up_to_the_limit(failures, wait_s):
    assert BackOff(0.5, 2.0, 10.0).wait_s(failures) == wait_s
