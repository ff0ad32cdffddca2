"""The metrics of 22 seconds of a real run on a busy machine; its records are in recorded.json."""

import json
from pathlib import Path

import pytest
from ad_selector.presence import PresenceEvent
from signage_bench.episodes import complete_episodes, trace_decisions, visible_periods
from signage_bench.load_metrics import cores_outside_graph
from signage_bench.pipeline_report import count_events, pipeline_metrics
from signage_bench.recording import (
    AnalysedFrame,
    CaptureCount,
    Load,
    LoadSample,
    Play,
    PresenceChange,
    Receipt,
    Recording,
    Selection,
)
from signage_bridge.playback import PlaybackEvent

pytestmark = pytest.mark.replay


def load(time_ns, loads, outside_s):
    return LoadSample(time_ns, {name: Load(**values) for name, values in loads.items()}, outside_s)


@pytest.fixture(scope="module")
def recording():
    data = json.loads(Path(__file__).with_name("recorded.json").read_text())
    return Recording(
        frames=[AnalysedFrame(stamp, tuple(tracks), *rest) for stamp, tracks, *rest in data["frames"]],
        presence=[PresenceChange(*fields, PresenceEvent(kind)) for *fields, kind in data["presence"]],
        selections=[Selection(*fields) for fields in data["selections"]],
        receipts=[Receipt(*fields) for fields in data["receipts"]],
        plays=[Play(*fields, PlaybackEvent(kind)) for *fields, kind in data["plays"]],
        captured=[CaptureCount(*fields) for fields in data["captured"]],
        loads=[load(*fields) for fields in data["loads"]],
        window_ns=tuple(data["window_ns"]),
    )


def test_episodes_cut_by_either_end_are_left_out(recording):
    assert [episode[-7:] for episode in complete_episodes(recording)] == ["925616Z", "491920Z", "000400Z"]
    assert len(visible_periods(recording)) == 3


def test_what_followed_from_each_decision(recording):
    milliseconds = [
        [
            round((moment - decision.selection.captured_ns) / 1e6)
            for moment in (
                decision.arrival_ns,
                decision.selection.decided_ns,
                decision.received_ns,
                decision.painted_ns,
            )
        ]
        for decision in trace_decisions(recording)
    ]
    assert milliseconds == [[-533, 326, 390, 384], [-534, 287, 289, 350], [-429, 426, 443, 681], [-350, 329, 346, 491]]


@pytest.mark.parametrize(
    ("name", "n", "p50"),
    [
        ("arrival_to_paint", 4, 900.4),
        ("capture_to_paint", 4, 437.4),
        ("capture_to_client", 4, 368.1),
        ("capture_to_decision", 4, 327.1),
        ("overhead", 4, 55.7),
        ("fetch", 85, 47.7),
        ("detect", 85, 233.8),
        ("classify", 30, 25.4),
        ("frames_captured", 21, 30.0),
        ("detections", 3, 3.9),
        ("decisions_per_episode", 3, 1.0),
        ("work_per_frame", 21, 12.9),
        ("cpu_total", 21, 0.4),
        ("rss_total", 22, 767.6),
        ("pss_total", 3, 536.4),
    ],
)
def test_metrics(recording, name, n, p50):
    metric = next(metric for metric in pipeline_metrics(recording) if metric.name == name)
    assert (metric.n, metric.p50) == (n, pytest.approx(p50, abs=0.051))


def test_counts_and_neighbours(recording):
    seen = count_events(recording)
    assert (seen["episodes"], seen["decisions"], seen["painted"], seen["frames_analysed"]) == (3, 4, 4, 85)
    assert cores_outside_graph(recording.measured_loads())["others"] > 1.0
