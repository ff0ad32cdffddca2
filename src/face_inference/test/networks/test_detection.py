import numpy as np
import pytest
from face_inference.networks.detection import Detections, SizeLimit, keep_inside, overlap, suppress

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


PICTURE = np.zeros((720, 1280, 3), np.uint8)


class Given:
    """A detector whose answer is known."""

    def __init__(self, *boxes):
        self.found = Detections(
            np.array(boxes, np.float32).reshape(-1, 4), np.linspace(0.9, 0.5, len(boxes), dtype="f4")
        )

    def detect(self, image_bgr):
        return self.found


@pytest.mark.parametrize(
    ("boxes", "kept"),
    [
        ([], []),
        ([[0, 0, 100, 100], [300, 0, 1000, 720]], [0, 1]),
        ([[0, 0, 1280, 720]], []),
        ([[100, 0, 1280, 720], [10, 10, 60, 70], [0, 0, 910, 720]], [1]),
    ],
)
def test_a_box_that_covers_most_of_the_picture_is_left_out(boxes, kept):
    given = Given(*boxes)
    found = SizeLimit(given).detect(PICTURE)
    assert found.xyxy_px.tolist() == given.found.xyxy_px[kept].tolist()
    assert found.scores.tolist() == given.found.scores[kept].tolist()


A, NEARLY_A, B = [0, 0, 10, 10], [0, 0, 10, 8], [20, 20, 30, 30]


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("other", "expected"),
    [(A, 1), (NEARLY_A, 0.8), (B, 0), ([5, 0, 15, 10], 1 / 3), ([10, 0, 20, 10], 0), ([5, 5, 5, 5], 0)],
)
def test_overlap_is_intersection_over_union(other, expected):
    assert overlap(*boxes(A), boxes(other))[0] == pytest.approx(expected)


def test_two_empty_boxes_do_not_overlap():
    assert overlap(*boxes([1, 1, 1, 1]), boxes([1, 1, 1, 1]))[0] == 0


@pytest.mark.parametrize(
    ("rows", "scores", "max_overlap", "expected"),
    [
        ([A, NEARLY_A, B], [0.6, 0.9, 0.7], 0.5, [1, 2]),
        ([A, NEARLY_A, B], [0.6, 0.9, 0.7], 0.8, [1, 2, 0]),
        ([A, A], [0.5, 0.5], 0.5, [0]),
        ([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], [0.9, 0.8, 0.7], 0.4, [0, 2]),
        ([], [], 0.5, []),
    ],
)
def test_the_surest_of_overlapping_boxes_stays(rows, scores, max_overlap, expected):
    assert suppress(boxes(*rows), np.array(scores, np.float32), max_overlap).tolist() == expected
