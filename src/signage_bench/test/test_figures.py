import math

import pytest
from signage_bench.figures import Figure, single, slope, summarize


def test_percentiles_of_a_hundred_samples():
    figure = summarize("detect", "ms", range(1, 102))
    assert figure == Figure("detect", "ms", 101, p50=51, p95=96, p99=100, mean=51, min=1, max=101)


@pytest.mark.parametrize(("n", "known"), [(99, False), (100, True)])
def test_p99_needs_a_hundred_samples(n, known):
    assert (summarize("x", "ms", [1.0] * n).p99 is not None) == known


def test_what_was_not_measured_is_left_out():
    assert summarize("fetch", "ms", [1.0, math.nan, 3.0, math.inf]).n == 2


def test_no_samples_give_no_values():
    assert summarize("fetch", "ms", []) == Figure("fetch", "ms", 0, None, None, None, None, None, None)


def test_an_exact_mean_replaces_that_of_the_samples():
    assert summarize("cpu", "cores", [1.0, 2.0], mean=1.75).mean == 1.75


def test_a_single_value():
    assert single("rss_growth", "MB/10min", 1.23456, 300).p50 == 1.235
    assert single("rss_growth", "MB/10min", None).n == 0


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [([0, 1, 2], [5, 7, 9], 2.0), ([0, 1, 2, 3], [0, 1, 1, 0], 0.0), ([3, 3], [1, 2], None), ([], [], None)],
)
def test_slope(x, y, expected):
    assert slope(x, y) == (None if expected is None else pytest.approx(expected, abs=1e-9))
