"""Figures from counts: means and medians of classes, percentiles, what is no play."""

from collections import Counter

import pytest
from signage_report.figures import Tally, figures_of, mean_s, median_s, percentile, read_histogram


@pytest.mark.parametrize(
    ("counts", "mean", "median"),
    [
        ([0] * 10, None, None),
        ([4, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.5, 0.5),
        ([0, 0, 0, 2, 2, 0, 0, 0, 0, 0], 11.2, 10.0),  # two of 7.5 s and two of 15 s
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 3], 225.1, 300.0),  # the last class counts as 300 s
        ([0, 0, 10, 0, 0, 0, 0, 0, 0, 0], 3.5, 3.5),
    ],
)
def test_durations_in_classes(counts, mean, median):
    assert (mean_s(counts), median_s(counts)) == (mean, median)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 50, None), ([7], 95, 7), ([1, 2, 3, 4], 50, 2), ([1, 2, 3, 4], 95, 4), (range(1, 101), 95, 95)],
)
def test_percentiles_are_values_that_came(values, percent, expected):
    assert percentile(Counter(values), percent) == expected


def test_what_failed_is_no_play_and_what_has_no_end_is_one():
    tally = Tally(Counter(completed=3, interrupted=2, failed=4, started=1), shown_ns=30_000_000_000)
    figures = figures_of(tally, 120_000_000_000)
    assert (figures.plays, figures.completed, figures.interrupted, figures.failed) == (6, 3, 2, 4)
    assert (figures.shown_s, figures.share_of_voice) == (30.0, 0.25)


@pytest.mark.parametrize("text", ["", "1,2", "a,0,0,0,0,0,0,0,0,0", "-1,0,0,0,0,0,0,0,0,0"])
def test_a_histogram_that_none_of_ours_wrote_is_refused(text):
    with pytest.raises(ValueError, match=r"expected|invalid"):
        read_histogram(text)
