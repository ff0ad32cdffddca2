"""One detector at one size, in a process of its own: frames in, boxes and times out, a line of JSON each.

The process is ``python -m signage_bench.detector_process DETECTOR WIDTH HEIGHT ROUNDS``; `measure_detector` starts it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
from face_inference.images import ImageBgr
from face_inference.loading import load_detector
from face_inference.networks.detection import Detector
from face_inference.params import FaceInferenceParams
from face_models.samples.photos import load_photos, scale_and_crop

from signage_bench.detector_cases import DetectorCase, Size
from signage_bench.measurement import BenchError
from signage_bench.metrics import MS_PER_S, NS_PER_MS
from signage_bench.worker_process import end_with_parent, failure_reason, own_peak_memory_mb, running_worker


@dataclass
class DetectorAnswers:
    """What one process answered.

    Attributes:
        start_ms: from its start to a detector that is ready, Python's own start included.
        rss_mb: its largest resident memory.
        frames: one for each frame: index, ms, cpu_ms, xyxy_px, scores.
    """

    start_ms: float = 0.0
    rss_mb: float = 0.0
    frames: list[dict[str, Any]] = field(default_factory=list)


def measure_detector(case: DetectorCase, size: Size, rounds: int, on_frame: Callable[[int], None]) -> DetectorAnswers:
    """Run one detector to its end.

    Args:
        case: which.
        size: width and height of the frames.
        rounds: how often each is shown; 0 for once, without a warm-up.
        on_frame: called with the number of frames done.

    Raises:
        BenchError: the process failed.
    """
    answers = DetectorAnswers()
    started_ns = time.monotonic_ns()
    with running_worker("signage_bench.detector_process", case.name, *size, rounds) as process:
        for line in process.stdout or ():
            event = json.loads(line)
            kind = event.pop("event")
            if kind == "ready":
                answers.start_ms = (event["at_ns"] - started_ns) / NS_PER_MS
            elif kind == "frame":
                answers.frames.append(event)
                on_frame(len(answers.frames))
            else:
                answers.rss_mb = event["rss_mb"]
        _, complaint = process.communicate()
    if process.returncode != 0 or not answers.rss_mb:
        raise BenchError(f"detector {case.name} at {size[0]}x{size[1]}: {failure_reason(process, complaint)}")
    return answers


def main(argv: Sequence[str]) -> int:
    """Measure in this process; a round of 0 frames shows each photo once, without a warm-up."""
    name, size, rounds = argv[0], (int(argv[1]), int(argv[2])), int(argv[3])
    end_with_parent()
    cv2.setNumThreads(1)  # as in the node
    detector = load_detector(FaceInferenceParams(detector=name))
    _tell(event="ready", at_ns=time.monotonic_ns())
    images = [scale_and_crop(photo, size).image_bgr for photo in load_photos()]
    if rounds:
        detector.detect(images[0])
    for _ in range(max(rounds, 1)):
        for index, image in enumerate(images):
            _tell(event="frame", index=index, **measure_frame(detector, image))
    _tell(event="end", rss_mb=own_peak_memory_mb())
    return 0


def measure_frame(detector: Detector, image_bgr: ImageBgr) -> dict[str, Any]:
    """Return what a detector finds in an image, and how long it takes by the clock and in processor time."""
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    found = detector.detect(image_bgr)
    taken_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    boxes = {"xyxy_px": found.xyxy_px.tolist(), "scores": found.scores.tolist()}
    return {"ms": taken_s * MS_PER_S, "cpu_ms": cpu_s * MS_PER_S, **boxes}


def _tell(**event: Any) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
