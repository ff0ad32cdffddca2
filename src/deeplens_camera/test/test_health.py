"""The state of a source, the rate of its frames, and the health that both make."""

import dataclasses

import pytest
from deeplens_camera.health import (
    CaptureStatus,
    FrameCounts,
    Level,
    RateMeter,
    SourceState,
    StateChange,
    StateTracker,
    health_of,
)


def test_a_change_is_told_once():
    tracker = StateTracker()
    assert tracker.failed("no camera") == StateChange(SourceState.WAITING, "no camera")
    assert tracker.failed("no camera") is None
    assert tracker.failed("still none") is None
    assert tracker.frame_came() == StateChange(SourceState.RUNNING, "frames come")
    assert tracker.frame_came() is None
    assert tracker.failed("cable out") == StateChange(SourceState.LOST, "cable out")
    assert tracker.failed("cable out") is None
    assert tracker.frame_came() == StateChange(SourceState.RUNNING, "frames come")


def test_the_last_reason_is_kept_though_it_is_not_told():
    tracker = StateTracker()
    tracker.failed("no camera")
    tracker.failed("in use")
    assert tracker.reason == "in use"


def test_failures_in_a_row_and_reconnects_are_counted():
    tracker = StateTracker()
    tracker.failed("")
    tracker.failed("")
    assert (tracker.failures, tracker.reconnects) == (2, 0)
    tracker.frame_came()
    assert (tracker.failures, tracker.reconnects) == (0, 0)  # the first time is no reconnection
    tracker.failed("")
    tracker.frame_came()
    assert (tracker.failures, tracker.reconnects) == (0, 1)


def test_an_end_is_neither_a_loss_nor_told_twice():
    tracker = StateTracker()
    tracker.frame_came()
    assert tracker.ended("played") == StateChange(SourceState.ENDED, "played")
    assert tracker.ended("played") is None
    assert tracker.frame_came() == StateChange(SourceState.RUNNING, "frames come")


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


def status_after(*events, fps=0.0, **frames):
    tracker = StateTracker()
    for event, *reason in events:
        getattr(tracker, event)(*reason)
    return CaptureStatus(tracker.state, tracker.reason, tracker.reconnects, fps=fps, frames=FrameCounts(**frames))


@pytest.mark.parametrize(
    ("events", "fps", "level", "message"),
    [
        ([], 0.0, Level.WARN, "waiting: not opened yet"),
        ([("failed", "no camera")], 0.0, Level.WARN, "waiting: no camera"),
        ([("frame_came",)], 30.0, Level.OK, "running: frames come"),
        ([("frame_came",)], 0.1, Level.WARN, "running: but no frame came lately"),
        ([("frame_came",), ("failed", "cable out")], 3.0, Level.ERROR, "lost: cable out"),
        ([("frame_came",), ("ended", "played")], 0.0, Level.WARN, "ended: played"),
    ],
)
def test_level_and_line(events, fps, level, message):
    told = health_of("film", status_after(*events, fps=fps, captured=5), 0, 0)
    assert (told.level, told.message) == (level, message)


def test_figures():
    status = status_after(("frame_came",), fps=29.97, captured=9, skipped_late=3, skipped_rate=4, broken=5)
    assert health_of("film", status, published_raw=1, published_compressed=2).values == {
        "source": "film",
        "state": "running",
        "fps": "30.0",
        "captured": 9,
        "published_raw": 1,
        "published_compressed": 2,
        "skipped_late": 3,
        "skipped_rate": 4,
        "broken": 5,
        "reconnects": 0,
    }


def test_a_snapshot_stays_as_it_is():
    frames = FrameCounts(captured=1)
    assert frames.plus(captured=2, broken=1) == FrameCounts(captured=3, broken=1) and frames.captured == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        frames.captured = 2
