import pytest
from signage_common.stamps import ns_to_seconds, seconds_to_ns


@pytest.mark.parametrize(
    ("seconds", "duration_ns"), [(0.0, 0), (0.3, 300_000_000), (1.5, 1_500_000_000), (1e-10, 0), (-0.5, -500_000_000)]
)
def test_seconds_become_whole_nanoseconds(seconds, duration_ns):
    assert seconds_to_ns(seconds) == duration_ns and isinstance(seconds_to_ns(seconds), int)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3, 2.5, 3600.0])
def test_a_duration_comes_back(seconds):
    assert ns_to_seconds(seconds_to_ns(seconds)) == seconds
