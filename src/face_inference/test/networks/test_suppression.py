import numpy as np
import pytest
from face_inference.networks.suppression import overlap, suppress

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
