"""The order in which faces are shown: every decade and gender as often as any other, as far as there are faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from face_models.labelled.balance import cell_of
from face_models.labelled.faces import LabelledFace


def draw_epoch(
    faces: Sequence[LabelledFace], count: int, most_repeats: float, seed: int, epoch: int
) -> npt.NDArray[np.int64]:
    """Return which faces an epoch shows, in order: int64 (count,).

    Args:
        faces: what there is to show.
        count: how many are shown.
        most_repeats: how often a face may be shown on average; a small cell is shown less often for it.
        seed: of the training.
        epoch: the same seed and epoch give the same order.
    """
    generator = np.random.default_rng([seed, epoch])
    cells: dict[object, list[int]] = {}
    for index, face in enumerate(faces):
        cells.setdefault(cell_of(face), []).append(index)
    shares = cell_shares([len(cell) for cell in cells.values()], count, most_repeats)
    weights = np.zeros(len(faces))
    for cell, share in zip(cells.values(), shares, strict=True):
        weights[cell] = share / len(cell)
    return generator.choice(len(faces), size=count, p=weights / weights.sum())


def cell_shares(sizes: Sequence[int], count: int, most_repeats: float) -> npt.NDArray[np.float64]:
    """Return how many faces of each cell an epoch of ``count`` shows on average: equal, but for the small cells."""
    limits = np.array(sizes, float) * most_repeats
    shares = np.zeros(len(sizes))
    open_cells = np.ones(len(sizes), bool)
    while open_cells.any():
        level = max((count - shares[~open_cells].sum()) / open_cells.sum(), 0.0)
        small = open_cells & (limits <= level)
        if not small.any():
            shares[open_cells] = level
            break
        shares[small] = limits[small]
        open_cells &= ~small
    return shares
