import numpy as np
from face_inference.networks.detection import Detections
from signage_bench.detectors_worker import measure_frame, peak_memory_mb

BOX = [10.0, 20.0, 30.0, 40.0]


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
