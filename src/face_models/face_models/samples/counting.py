"""How many faces were found, and how many boxes are false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from face_inference.networks.suppression import overlap

Float32 = npt.NDArray[np.float32]

MIN_OVERLAP = 0.3  # one detector's box reaches from the eyebrows to the chin, another's holds the whole head


@dataclass(frozen=True)
class Count:
    """What a detector found in an image.

    Attributes:
        truth: faces that there are.
        found: faces that a box lies on.
        false_alarms: boxes that lie on no face, or on one that another box lies on already.
    """

    truth: int
    found: int
    false_alarms: int

    def __add__(self, other: Count) -> Count:
        return Count(self.truth + other.truth, self.found + other.found, self.false_alarms + other.false_alarms)


def count(faces_px: Float32, xyxy_px: Float32, min_overlap: float = MIN_OVERLAP) -> Count:
    """Count one image.

    Args:
        faces_px: float32 (n, 4), where the faces are.
        xyxy_px: float32 (m, 4), what a detector found.
        min_overlap: the intersection over union from which on a box lies on a face.
    """
    found = len(pair(faces_px, xyxy_px, min_overlap))
    return Count(len(faces_px), found, len(xyxy_px) - found)


def pair(faces_px: Float32, xyxy_px: Float32, min_overlap: float = MIN_OVERLAP) -> dict[int, int]:
    """Return which box lies on which face, each at most once, the largest overlap first: {face: box}."""
    if not len(faces_px) or not len(xyxy_px):
        return {}
    overlaps = np.stack([overlap(face, xyxy_px) for face in faces_px])
    pairs: dict[int, int] = {}
    for place in np.argsort(-overlaps, axis=None, kind="stable"):
        face, box = divmod(int(place), len(xyxy_px))
        if overlaps[face, box] >= min_overlap and face not in pairs and box not in pairs.values():
            pairs[face] = box
    return pairs
