from dataclasses import dataclass

import numpy as np
import pytest
from face_inference.networks.dlib_boxes import to_detections

IMAGE = np.zeros((100, 200, 3), np.uint8)


@dataclass
class Edges:
    """The four edges of a rectangle, asked for as dlib's are."""

    edges: tuple[int, int, int, int]

    def left(self):
        return self.edges[0]

    def top(self):
        return self.edges[1]

    def right(self):
        return self.edges[2]

    def bottom(self):
        return self.edges[3]


def test_boxes_hold_their_last_pixel_and_are_cut_at_the_border():
    found = to_detections([Edges((10, 20, 29, 49)), Edges((-5, -5, 250, 120))], [0.0, -1.0], IMAGE)
    assert found.xyxy_px.tolist() == [[10, 20, 30, 50], [0, 0, 200, 100]]


def test_the_surest_comes_first_and_the_threshold_is_a_half():
    found = to_detections([Edges((0, 0, 9, 9)), Edges((50, 50, 59, 59))], [0.0, 2.0], IMAGE)
    assert found.xyxy_px[:, 0].tolist() == [50, 0]
    assert found.scores == pytest.approx([0.8808, 0.5], abs=1e-4)


def test_nothing_found():
    found = to_detections([], [], IMAGE)
    assert found.xyxy_px.shape == (0, 4) and found.scores.shape == (0,)


def test_dlibs_own_rectangles_serve():
    dlib = pytest.importorskip("dlib", reason="dlib is missing: `./signage setup detectors` installs it")
    assert to_detections([dlib.rectangle(1, 2, 3, 4)], [1.0], IMAGE).xyxy_px.tolist() == [[1, 2, 4, 5]]
