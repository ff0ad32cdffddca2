import math

import pytest
from bench_records import frame, ns, two_episodes
from signage_bench.pipeline_figures import counts, pipeline_figures

CONTRACT = {
    "fetch": "ms",
    "detect": "ms",
    "classify": "ms",
    "frame": "ms",
    "capture_to_decision": "ms",
    "capture_to_client": "ms",
    "capture_to_paint": "ms",
    "arrival_to_paint": "ms",
    "overhead": "ms",
    "frames_captured": "1/s",
    "detections": "1/s",
    "cpu_total": "cores",
    "cpu_camera": "cores",
    "rss_total": "MB",
    "rss_camera": "MB",
    "work_per_frame": "ms",
    "decisions_per_episode": "count",
}


@pytest.fixture
def figures():
    return {figure.name: figure for figure in pipeline_figures(two_episodes())}


def test_every_figure_of_the_contract_is_there_with_its_unit(figures):
    assert {name: figures[name].unit for name in CONTRACT} == CONTRACT


@pytest.mark.parametrize(
    ("name", "n", "expected"),
    [
        ("arrival_to_paint", 2, 650),
        ("capture_to_paint", 2, 150),
        ("capture_to_client", 2, 74),
        ("capture_to_decision", 2, 70),
        ("overhead", 2, 70 - 40 - 6),
        ("fetch", 62, 5),
        ("detect", 62, 40),
        ("classify", 2, 6),
        ("frame", 62, 45),
        ("frames_captured", 10, 30),
        ("detections", 2, 10),
        ("decisions_per_episode", 2, 1),
    ],
)
def test_values(figures, name, n, expected):
    assert (figures[name].n, figures[name].p50) == (n, pytest.approx(expected))


def test_a_frame_whose_fetching_was_not_measured_counts_only_where_it_can():
    recording = two_episodes()
    recording.frames.append(frame(9500, fetch_ms=math.nan))
    figures = {figure.name: figure for figure in pipeline_figures(recording)}
    assert (figures["fetch"].n, figures["frame"].n, figures["detect"].n) == (62, 62, 63)


def test_warm_up_does_not_count():
    recording = two_episodes()
    recording.window_ns = ns(5000), ns(10_000)
    figures = {figure.name: figure for figure in pipeline_figures(recording)}
    assert (figures["detect"].n, figures["capture_to_paint"].n, figures["cpu_total"].n) == (31, 1, 5)


def test_counts_show_what_is_missing():
    recording = two_episodes()
    recording.plays = [p for p in recording.plays if p.episode != "second"]
    seen = counts(recording)
    assert (seen["episodes"], seen["decisions"], seen["received"], seen["painted"]) == (2, 2, 2, 1)
    assert (seen["frames_analysed"], seen["frames_dropped"], seen["plays_failed"]) == (62, 124, 0)
