import numpy as np
import pytest
from face_models.samples.counting import Count, count, pair

FACES = [[0, 0, 100, 100], [200, 0, 300, 100]]
INSIDE, TOO_SMALL, TWICE_AS_WIDE = [22, 22, 78, 78], [30, 30, 70, 70], [-50, -50, 150, 150]


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], Count(2, 0, 0)),
        ([FACES[0]], Count(2, 1, 0)),
        ([FACES[1], FACES[0]], Count(2, 2, 0)),
        ([FACES[0], FACES[0]], Count(2, 1, 1)),
        ([INSIDE], Count(2, 1, 0)),
        ([TOO_SMALL], Count(2, 0, 1)),
        ([TWICE_AS_WIDE], Count(2, 0, 1)),
        ([[500, 500, 600, 600], FACES[0]], Count(2, 1, 1)),
    ],
)
def test_count(found, expected):
    assert count(boxes(*FACES), boxes(*found)) == expected


def test_without_faces_every_box_is_a_false_alarm():
    assert count(boxes(), boxes(*FACES)) == Count(0, 0, 2)


def test_the_largest_overlap_is_paired_first():
    assert pair(boxes(FACES[0]), boxes(INSIDE, FACES[0])) == {0: 1}


def test_counts_add_up():
    assert Count(3, 2, 1) + Count(4, 4, 0) == Count(7, 6, 1)
