"""Which detection continues which track."""

from __future__ import annotations

import math
from collections.abc import Sequence

from face_inference.boxes import Box, centre, extent


def distance(a: Box, b: Box) -> float:
    """Return how far two faces are apart, in sizes of a face; a change of size adds its logarithm.

    The overlap of the boxes would be 0 for a face that moved by its own size, which is what a passer-by does
    between two analysed images, so the distance of the centres is taken, on the scale of the faces.
    """
    size_a, size_b = (max(math.sqrt(math.prod(extent(box))), 1.0) for box in (a, b))
    (xa, ya), (xb, yb) = centre(a), centre(b)
    return math.hypot(xa - xb, ya - yb) / math.sqrt(size_a * size_b) + abs(math.log(size_a / size_b))


def match(costs: Sequence[Sequence[float]]) -> dict[int, int]:
    """Pair rows with columns, the smallest cost first; no pair costs more than 1.

    Greedy, not optimal in sum: a far pair must not be made only because it lets another pair be nearer.

    Args:
        costs: a row for each track, in it the cost of each detection.

    Returns:
        The column of each row that got one.
    """
    ranked = sorted((cost, row, column) for row, line in enumerate(costs) for column, cost in enumerate(line))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for cost, row, column in ranked:
        if cost > 1.0:
            break
        if row not in pairs and column not in taken:
            pairs[row] = column
            taken.add(column)
    return pairs
