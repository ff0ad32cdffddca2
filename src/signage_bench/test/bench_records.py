"""A small recording made by hand: times in milliseconds from its start, so that every figure can be told by eye."""

from ad_selector.presence import PresenceEvent
from signage_bench.recording import (
    AnalysedFrame,
    CaptureCount,
    DetectionCost,
    Load,
    LoadSample,
    Play,
    PresenceChange,
    Receipt,
    Recording,
    Selection,
)
from signage_bridge.playback import PlaybackEvent

START_NS = 1_795_000_000_000_000_000


def ns(ms: float) -> int:
    return START_NS + round(ms * 1_000_000)


def frame(ms, tracks=(), fetch_ms=5.0, detect_ms=40.0, classify_ms=0.0, dropped=2):
    return AnalysedFrame(ns(ms), tuple(tracks), fetch_ms, detect_ms, classify_ms, dropped)


def presence(ms, started_ms, episode, kind):
    return PresenceChange(ns(ms), ns(started_ms), episode, kind)


def selection(captured_ms, decided_ms, episode="", creative="house-loop", arrived_ms=None):
    arrived = 0 if arrived_ms is None else ns(arrived_ms)
    return Selection(episode, creative, not episode, arrived, ns(captured_ms), ns(decided_ms))


def play(ms, episode="", creative="house-loop", kind=PlaybackEvent.STARTED):
    return Play(ns(ms), "bench", episode, creative, kind)


def two_episodes() -> Recording:
    """Return two visits of two seconds; a face is seen every 100 ms, and the second one's first track is older."""
    recording = Recording(window_ns=(ns(0), ns(10_000)))
    visits = [("first", 1000, 7, "trainers"), ("second", 6000, 8, "watch")]
    for episode, started, track, creative in visits:
        sight = range(started, started + 2001, 100)
        recording.frames += [frame(ms, [track], classify_ms=6.0 if ms == started + 500 else 0.0) for ms in sight]
        recording.frames += [frame(ms) for ms in range(started + 2100, started + 3001, 100)]
        recording.presence += [
            presence(started + 300, started, episode, PresenceEvent.STARTED),
            presence(started + 3000, started, episode, PresenceEvent.ENDED),
        ]
        decided = started + 570
        recording.selections.append(selection(started + 500, decided, episode, creative, started))
        recording.receipts.append(Receipt(episode, False, ns(started + 500), ns(decided + 4)))
        recording.plays += [play(decided + 80, episode, creative), play(decided + 8080, episode, creative)]
        recording.selections.append(selection(started + 3000, started + 3001))
        recording.plays.append(play(started + 3080))
    recording.captured = [CaptureCount(ns(ms), 100 + round(ms * 0.03)) for ms in range(0, 10_001, 1000)]
    recording.detections = [DetectionCost(ns(ms), ms // 100, 0.0004 * ms) for ms in range(0, 10_001, 1000)]
    recording.loads = [
        LoadSample(
            ns(ms),
            {"camera": Load(0.0002 * ms, 100.0, 40.0), "face_inference": Load(0.0005 * ms, 300 + ms / 1000)},
            {"bench": 0.00005 * ms, "browser": 0.0004 * ms, "machine": 0.0013 * ms},
        )
        for ms in range(0, 10_001, 1000)
    ]
    return recording


def still_scene() -> Recording:
    """Return the same ten seconds with nobody there: three detections a second."""
    recording = two_episodes()
    recording.detections = [DetectionCost(ns(ms), 3 * ms // 1000, 0.00012 * ms) for ms in range(0, 10_001, 1000)]
    recording.loads = [
        LoadSample(ns(ms), {"face_inference": Load(0.00024 * ms, 300.0)}) for ms in range(0, 10_001, 1000)
    ]
    return recording
