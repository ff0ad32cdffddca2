"""The figures of `bench pipeline`, from a recording of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from signage_bench.costs import cost_figures
from signage_bench.episodes import Answer, answers, complete_episodes, decisions_per_episode, sights
from signage_bench.figures import Figure, summarize
from signage_bench.loads import cpu_figures, frames_captured, memory_figures, work_per_frame
from signage_bench.recording import AnalysedFrame, PlayKind, Recording

NS_PER_MS = 1e6


def pipeline_figures(recording: Recording) -> list[Figure]:
    """Return every figure, in the order in which they are shown."""
    loads = [sample for sample in recording.loads if recording.measured(sample.time_ns)]
    counts = [count for count in recording.captured if recording.measured(count.time_ns)]
    return [
        *latency_figures(answers(recording)),
        *frame_figures([frame for frame in recording.frames if recording.measured(frame.stamp_ns)]),
        frames_captured(counts),
        summarize("detections", "1/s", [sight.frames_per_s for sight in sights(recording)]),
        summarize("decisions_per_episode", "count", decisions_per_episode(recording).values()),
        work_per_frame(recording, loads),
        *cost_figures(recording),
        *cpu_figures(loads),
        *memory_figures(loads),
    ]


def latency_figures(decided: Sequence[Answer]) -> list[Figure]:
    """Return the latencies of all decisions."""
    return [summarize(name, "ms", samples) for name, samples in latencies_ms(decided).items()]


def latencies_ms(decided: Sequence[Answer]) -> dict[str, list[float]]:
    """Return the samples of every latency; each leaves out the decisions that lack its end."""
    painted = [(answer, answer.painted_ns) for answer in decided if answer.painted_ns is not None]
    received = [(answer, answer.received_ns) for answer in decided if answer.received_ns is not None]
    return {
        "arrival_to_paint": [(end - answer.arrival_ns) / NS_PER_MS for answer, end in painted if answer.arrival_ns],
        "capture_to_paint": [(end - answer.selection.captured_ns) / NS_PER_MS for answer, end in painted],
        "capture_to_client": [(end - answer.selection.captured_ns) / NS_PER_MS for answer, end in received],
        "capture_to_decision": [deciding_ms(answer) for answer in decided],
        "overhead": [overhead_ms(answer, answer.frame) for answer in decided if answer.frame is not None],
    }


def deciding_ms(answer: Answer) -> float:
    """Return the time from capture to decision."""
    return (answer.selection.decided_ns - answer.selection.captured_ns) / NS_PER_MS


def overhead_ms(answer: Answer, frame: AnalysedFrame) -> float:
    """Return capture to decision less the detection and classification of the frame that brought it."""
    return deciding_ms(answer) - frame.detect_ms - frame.classify_ms


def frame_figures(frames: Sequence[AnalysedFrame]) -> list[Figure]:
    """Return the times of an analysed frame; ``classify`` over those in which a face was classified."""
    return [
        summarize("fetch", "ms", [frame.fetch_ms for frame in frames]),
        summarize("detect", "ms", [frame.detect_ms for frame in frames]),
        summarize("classify", "ms", [frame.classify_ms for frame in frames if frame.classify_ms > 0]),
        summarize("frame", "ms", [frame.fetch_ms + frame.detect_ms + frame.classify_ms for frame in frames]),
    ]


def counts(recording: Recording) -> dict[str, int]:
    """Return how much was seen, so that what is missing shows."""
    decided = answers(recording)
    plays = [play for play in recording.plays if recording.measured(play.stamp_ns)]
    frames = [frame for frame in recording.frames if recording.measured(frame.stamp_ns)]
    return {
        "episodes": len(complete_episodes(recording)),
        "decisions": len(decided),
        "received": sum(answer.received_ns is not None for answer in decided),
        "painted": sum(answer.painted_ns is not None for answer in decided),
        "plays_failed": sum(play.kind is PlayKind.FAILED for play in plays),
        "frames_analysed": len(frames),
        "frames_dropped": sum(frame.dropped for frame in frames),
    }
