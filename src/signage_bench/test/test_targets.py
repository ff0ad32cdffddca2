import pytest
from bench_records import still_scene, two_episodes
from signage_bench.costs import EMPTY, cost_figures
from signage_bench.figures import summarize
from signage_bench.pipeline_figures import pipeline_figures
from signage_bench.targets import AT_LEAST, AT_MOST, PIPELINE, Target, judge


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
    assert verdict.reached is reached


def test_what_was_not_measured_is_not_reached():
    verdicts = judge([summarize("x", "ms", [])], [Target("x", "p95", AT_MOST, 1), Target("y", "p95", AT_MOST, 1)])
    assert [(verdict.value, verdict.reached) for verdict in verdicts] == [(None, False)] * 2


def both_scenes():
    return [*pipeline_figures(two_episodes()), *cost_figures(still_scene(), EMPTY)]


def test_the_small_recording_reaches_all_but_flat_memory():
    missed = [verdict.target.figure for verdict in judge(both_scenes()) if not verdict.reached]
    assert missed == ["rss_growth"]


def test_every_target_names_a_figure_and_a_statistic():
    figures = {figure.name: figure for figure in both_scenes()}
    assert all(getattr(figures[target.figure], target.statistic) is not None for target in PIPELINE)
