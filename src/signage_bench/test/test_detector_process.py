"""The real process of a real detector."""

import numpy as np
import psutil
import pytest
from face_inference.networks.detection import Detections
from signage_bench.detector_cases import DetectorCase
from signage_bench.detector_process import measure_detector, measure_frame
from signage_bench.measurement import BenchError
from signage_bench.worker_process import peak_memory_mb
from signage_common.home import signage_home

TINY = DetectorCase("tiny", "mxnet", 0.01)
SIZE = (640, 480)
BOX = [10.0, 20.0, 30.0, 40.0]


@pytest.fixture
def models():
    if not (signage_home() / "models" / "manifest.json").exists():
        pytest.skip("the models are missing: ./signage setup makes them")


@pytest.mark.parametrize(("rounds", "frames"), [(0, 6), (2, 12)])
def test_every_photo_is_shown_and_answered(models, rounds, frames):
    done = []
    answers = measure_detector(TINY, SIZE, rounds, done.append)
    assert done == list(range(1, frames + 1))
    assert [answer["index"] for answer in answers.frames] == list(range(6)) * (frames // 6)
    assert answers.frames[0]["xyxy_px"] == answers.frames[-6]["xyxy_px"] != []
    assert answers.start_ms > 50 and 50 < answers.rss_mb < 1000


def test_a_detector_that_fails_says_why_in_its_own_words(models):
    with pytest.raises(BenchError, match=r"detector retina at 640x480: .*expected one of ssd"):
        measure_detector(DetectorCase("retina", "none", 1.0), SIZE, 0, lambda frames: None)


def test_nothing_is_left_when_the_caller_goes_away(models):
    def stop(frames):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_detector(TINY, SIZE, 1000, stop)
    left = [child for child in psutil.Process().children() if "detector_process" in " ".join(child.cmdline())]
    assert left == []


class Sum:
    """A detector that works for a moment and finds one box."""

    def detect(self, image_bgr):
        for _ in range(50):
            np.linalg.norm(image_bgr.astype(np.float64))
        return Detections(np.array([BOX], np.float32), np.array([0.75], np.float32))


def test_a_frame_gives_boxes_scores_and_times():
    told = measure_frame(Sum(), np.full((480, 640, 3), 7, np.uint8))
    assert told["xyxy_px"] == [BOX] and told["scores"] == [0.75]
    assert told["ms"] > 1 and told["cpu_ms"] > 1


def test_peak_memory():
    assert peak_memory_mb("Name:\tpython\nVmHWM:\t  100000 kB\nVmRSS:\t  50000 kB\n") == 102.4
