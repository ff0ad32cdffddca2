"""Non-maximum suppression: of boxes that overlap, the surest stays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


def suppress(xyxy: Float32, scores: Float32, max_overlap: float) -> Indices:
    """Select boxes greedily, the surest first; among equal scores the first.

    Args:
        xyxy: float32 (n, 4).
        scores: float32 (n,).
        max_overlap: intersection over union above which the less sure box goes.

    Returns:
        the indices of the boxes that stay, the surest first.
    """
    left = np.argsort(-scores, kind="stable")
    kept: list[np.intp] = []
    while left.size:
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[overlap(xyxy[best], xyxy[left]) <= max_overlap]
    return np.array(kept, np.intp)


def overlap(box: Float32, boxes: Float32) -> Float32:
    """Return intersection over union of a box (4,) with each of (n, 4); 0 where both are empty."""
    size = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(size, 0), axis=1)
    union = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - shared
    shares: Float32 = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return shares
