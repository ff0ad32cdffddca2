import math

import pytest
from signage_bench.metrics import (
    AT_LEAST,
    AT_MOST,
    Metric,
    Target,
    format_number,
    format_ratio,
    judge,
    single_value,
    slope,
    summarize,
)


def test_percentiles_of_a_hundred_samples():
    metric = summarize("detect", "ms", range(1, 102))
    assert metric == Metric("detect", "ms", 101, p50=51, p95=96, p99=100, mean=51, min=1, max=101)


@pytest.mark.parametrize(("n", "known"), [(99, False), (100, True)])
def test_p99_needs_a_hundred_samples(n, known):
    assert (summarize("x", "ms", [1.0] * n).p99 is not None) == known


def test_what_was_not_measured_is_left_out():
    assert summarize("fetch", "ms", [1.0, math.nan, 3.0, math.inf]).n == 2


def test_no_samples_give_no_values():
    assert summarize("fetch", "ms", []) == Metric("fetch", "ms", 0, None, None, None, None, None, None)


def test_an_exact_mean_replaces_that_of_the_samples():
    assert summarize("cpu", "cores", [1.0, 2.0], mean=1.75).mean == 1.75


def test_a_single_value():
    assert single_value("rss_growth", "MB/10min", 1.23456, 300).p50 == 1.235
    assert single_value("rss_growth", "MB/10min", None).n == 0


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [([0, 1, 2], [5, 7, 9], 2.0), ([0, 1, 2, 3], [0, 1, 1, 0], 0.0), ([3, 3], [1, 2], None), ([], [], None)],
)
def test_slope(x, y, expected):
    assert slope(x, y) == (None if expected is None else pytest.approx(expected, abs=1e-9))


@pytest.mark.parametrize(
    ("bound", "limit", "value", "reached"),
    [
        (AT_MOST, 250, 250.04, True),
        (AT_MOST, 250, 250.06, False),
        (AT_LEAST, 30, 29.96, True),
        (AT_LEAST, 30, 29.94, False),
    ],
)
def test_a_limit_is_included_after_rounding(bound, limit, value, reached):
    (verdict,) = judge([summarize("x", "ms", [value])], [Target("x", "p95", bound, limit)])
    assert verdict.is_reached is reached


def test_what_was_not_measured_is_not_reached():
    verdicts = judge([summarize("x", "ms", [])], [Target("x", "p95", AT_MOST, 1), Target("y", "p95", AT_MOST, 1)])
    assert [(verdict.value, verdict.is_reached) for verdict in verdicts] == [(None, False)] * 2


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0333, "0.03"), (7.25, "7.25"), (29.97, "30.0"), (251.7, "252"), (-4.2, "-4.20")]
)
def test_numbers(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0016, "0.0016"), (1.0, "1"), (249.6, "250")])
def test_ratios(value, shown):
    assert format_ratio(value) == shown
