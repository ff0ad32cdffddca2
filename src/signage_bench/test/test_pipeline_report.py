import dataclasses
import io
import math

import pytest
from bench_records import frame, ns, still_scene, two_episodes
from rich.console import Console
from signage_bench.load_metrics import EMPTY, cost_metrics
from signage_bench.metrics import judge
from signage_bench.pipeline_report import BUSY, TARGETS, count_events, pipeline_metrics, report

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
def metrics():
    return {metric.name: metric for metric in pipeline_metrics(two_episodes())}


def test_every_figure_of_the_contract_is_there_with_its_unit(metrics):
    assert {name: metrics[name].unit for name in CONTRACT} == CONTRACT


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
def test_values(metrics, name, n, expected):
    assert (metrics[name].n, metrics[name].p50) == (n, pytest.approx(expected))


def test_a_frame_whose_fetching_was_not_measured_counts_only_where_it_can():
    recording = two_episodes()
    recording.frames.append(frame(9500, fetch_ms=math.nan))
    metrics = {metric.name: metric for metric in pipeline_metrics(recording)}
    assert (metrics["fetch"].n, metrics["frame"].n, metrics["detect"].n) == (62, 62, 63)


def test_warm_up_does_not_count():
    recording = two_episodes()
    recording.window_ns = ns(5000), ns(10_000)
    metrics = {metric.name: metric for metric in pipeline_metrics(recording)}
    assert (metrics["detect"].n, metrics["capture_to_paint"].n, metrics["cpu_total"].n) == (31, 1, 5)


def test_counts_show_what_is_missing():
    recording = two_episodes()
    recording.plays = [p for p in recording.plays if p.episode != "second"]
    seen = count_events(recording)
    assert (seen["episodes"], seen["decisions"], seen["received"], seen["painted"]) == (2, 2, 2, 1)
    assert (seen["frames_analysed"], seen["frames_dropped"], seen["plays_failed"]) == (62, 124, 0)


def both_scenes():
    return [*pipeline_metrics(two_episodes()), *cost_metrics(still_scene(), EMPTY)]


def test_the_small_recording_reaches_all_but_flat_memory():
    missed = [verdict.target.metric for verdict in judge(both_scenes(), TARGETS) if not verdict.is_reached]
    assert missed == ["rss_growth"]


def test_every_target_names_a_figure_and_a_statistic():
    metrics = {metric.name: metric for metric in both_scenes()}
    assert all(getattr(metrics[target.metric], target.statistic) is not None for target in TARGETS)


def test_a_report_prints_every_figure_every_verdict_and_the_papers_hardware():
    console = Console(file=io.StringIO(), width=200)
    measurement = report(two_episodes(), {}, cost_metrics(still_scene(), EMPTY))
    for table in measurement.tables:
        console.print(table)
    text = console.file.getvalue()
    assert all(row["name"] in text for row in measurement.rows)
    assert "AWS DeepLens" in text and "no ratio is drawn" in text
    assert text.count("reached") == len(measurement.extras["targets"]) and text.count("not reached") == 1


@pytest.mark.parametrize(("machine_s", "busy"), [(0.0013, False), (0.0014, True)])
def test_a_busy_neighbour_is_told(machine_s, busy):
    recording = two_episodes()
    for index, sample in enumerate(recording.loads):
        outside_s = {**sample.outside_s, "machine": machine_s * 1000 * index}
        recording.loads[index] = dataclasses.replace(sample, outside_s=outside_s)
    assert (BUSY in report(recording, {}).tables) is busy
