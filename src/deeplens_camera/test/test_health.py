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


@pytest.mark.fault
def test_a_breakdown_is_an_error():
    tracker = StateTracker()
    tracker.frame_came()
    assert tracker.broke_down("unexpected KeyError") == StateChange(SourceState.FAILED, "unexpected KeyError")
    told = health_of("film", CaptureStatus(tracker.state, tracker.reason), 0, 0)
    assert (told.level, told.message) == (Level.ERROR, "failed: unexpected KeyError")


@pytest.mark.fault
def test_a_source_of_which_every_frame_is_damaged_does_not_count_as_well():
    frames = FrameCounts(captured=50)
    for _ in range(10):
        frames = frames.plus(broken=1, broken_in_a_row=1)
    running = CaptureStatus(SourceState.RUNNING, "frames come", fps=30.0, frames=frames)
    told = health_of("film", running, 0, 0)
    assert (told.level, told.message) == (Level.WARN, "running: but the last 10 frames are damaged")
    assert health_of("film", dataclasses.replace(running, frames=frames.after_good()), 0, 0).level is Level.OK


@pytest.mark.fault
def test_a_slow_source_is_none_that_has_stopped():
    slow = CaptureStatus(SourceState.RUNNING, "frames come", fps=0.19, frames=FrameCounts(captured=9), still_hz=0.1)
    assert health_of("photos", slow, 0, 0).level is Level.OK
    meter = RateMeter(window_s=15.0)
    for n in range(10):
        meter.count(n * 5.0)
    assert meter.rate_hz(47.0) > 0.1
