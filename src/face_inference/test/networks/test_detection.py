import numpy as np
from face_inference.networks.detection import keep_inside

IMAGE = np.zeros((100, 200, 3), np.uint8)


def test_boxes_end_at_the_border_and_those_outside_go():
    boxes = np.array([[-5, 10, 30, 120], [210, 10, 220, 20], [1, 2, 3, 4], [10, -9, 20, 0]], np.float32)
    kept = keep_inside(boxes, np.array([0.9, 0.8, 0.7, 0.6], np.float32), IMAGE)
    assert kept.xyxy_px.tolist() == [[0, 10, 30, 100], [1, 2, 3, 4]]
    assert kept.scores.tolist() == np.float32([0.9, 0.7]).tolist()
    assert kept.xyxy_px.dtype == kept.scores.dtype == np.float32


def test_nothing_stays_nothing():
    kept = keep_inside(np.empty((0, 4), np.float32), np.empty(0, np.float32), IMAGE)
    assert kept.xyxy_px.shape == (0, 4)
