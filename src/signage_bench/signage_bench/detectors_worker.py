"""One detector at one size, in a process of its own: frames in, boxes and times out, a line of JSON each.

Run as ``python -m signage_bench.detectors_worker DETECTOR WIDTH HEIGHT ROUNDS``.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
from face_inference.loading import load_detector
from face_inference.networks.detection import Detector, ImageBgr
from face_inference.params import FaceInferenceParams
from face_models.samples.framing import frame
from face_models.samples.photos import load_photos

_PR_SET_PDEATHSIG = 1
KILOBYTES_PER_MB = 1e6 / 1024
MS_PER_S = 1000


def main(argv: Sequence[str]) -> int:
    """Measure; a round of 0 frames shows each photo once, without a warm-up."""
    name, size, rounds = argv[0], (int(argv[1]), int(argv[2])), int(argv[3])
    _end_with_parent()
    cv2.setNumThreads(1)  # as in the node
    detector = load_detector(FaceInferenceParams(detector=name))
    _tell(event="ready", at_ns=time.monotonic_ns())
    images = [frame(photo, size).image_bgr for photo in load_photos()]
    if rounds:
        detector.detect(images[0])
    for _ in range(max(rounds, 1)):
        for index, image in enumerate(images):
            _tell(event="frame", index=index, **measure_frame(detector, image))
    _tell(event="end", rss_mb=peak_memory_mb(Path("/proc/self/status").read_text()))
    return 0


def measure_frame(detector: Detector, image_bgr: ImageBgr) -> dict[str, Any]:
    """Return what a detector finds in an image, and how long it takes by the clock and in processor time."""
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    found = detector.detect(image_bgr)
    taken_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    boxes = {"xyxy_px": found.xyxy_px.tolist(), "scores": found.scores.tolist()}
    return {"ms": taken_s * MS_PER_S, "cpu_ms": cpu_s * MS_PER_S, **boxes}


def peak_memory_mb(status: str) -> float:
    """Return the largest resident memory from the text of /proc/self/status; rusage would count the parent's too."""
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return float(line.split()[1]) / KILOBYTES_PER_MB


def _end_with_parent() -> None:
    """Ask the kernel to end this process with the one that started it: a frame may take a minute."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _tell(**event: Any) -> None:
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
