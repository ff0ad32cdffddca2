import math

import pytest
from face_inference.matching import distance, match


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 100, 100), (0, 0, 100, 100), 0.0),
        ((0, 0, 100, 100), (100, 0, 200, 100), 1.0),
        ((0, 0, 10, 10), (10, 0, 20, 10), 1.0),
        ((-100, -100, 100, 100), (-50, -50, 50, 50), math.log(2)),
    ],
)
def test_distance_is_in_face_sizes(a, b, expected):
    assert distance(a, b) == distance(b, a) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("costs", "pairs"),
    [
        ([], {}),
        ([[]], {}),
        ([[0.2]], {0: 0}),
        ([[1.2]], {}),
        ([[0.5, 0.1], [0.2, 0.3]], {0: 1, 1: 0}),
        ([[0.1, 0.2], [0.15, 2.0]], {0: 0}),
    ],
)
def test_the_smallest_costs_pair_first(costs, pairs):
    assert match(costs) == pairs
