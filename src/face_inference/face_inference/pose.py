"""Where a head is turned, from its landmarks.

Source: DeMenthon and Davis, "Model-based object pose in 25 lines of code", 1995: a rigid model seen from far away,
fitted by least squares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Landmarks (300-W order) that hardly move with the expression, and where they lie on an average head, mm from between
# the eyes: to the right of the image, down, towards the camera.
_MODEL_MM = {
    36: (-45.0, 0.0, 0.0),  # outer corners of the eyes
    45: (45.0, 0.0, 0.0),
    39: (-16.0, 1.0, 5.0),  # inner corners
    42: (16.0, 1.0, 5.0),
    30: (0.0, 38.0, 34.0),  # tip of the nose
    33: (0.0, 48.0, 20.0),  # its base
    48: (-27.0, 76.0, 12.0),  # corners of the mouth
    54: (27.0, 76.0, 12.0),
    8: (0.0, 114.0, 10.0),  # chin
}
_INDICES = list(_MODEL_MM)
_CENTRED_MM = np.array(list(_MODEL_MM.values())) - np.mean(list(_MODEL_MM.values()), axis=0)
_SOLVE = np.linalg.pinv(_CENTRED_MM)
_STRAIGHT_PITCH_DEG = 10.0  # what comes out for faces that look straight ahead: the median over 500 portraits
_PITCH_WEIGHT = 0.5  # up and down is told less surely than left and right: lips and chin move, and heads differ


@dataclass(frozen=True)
class HeadPose:
    """Where a head is turned, seen from the camera.

    Attributes:
        yaw_deg: to the right of the image; about 45 for a full profile, of which half the landmarks are hidden.
        pitch_deg: downwards.
    """

    yaw_deg: float
    pitch_deg: float

    @property
    def away_deg(self) -> float:
        """Return how far it is turned away from the camera, degrees, at least 0."""
        return math.hypot(self.yaw_deg, _PITCH_WEIGHT * self.pitch_deg)

    @property
    def mirrored(self) -> HeadPose:
        """Return how it is turned in the mirror image."""
        return HeadPose(-self.yaw_deg, self.pitch_deg)


def mean_pose(one: HeadPose, other: HeadPose) -> HeadPose:
    """Return the pose half-way between two."""
    return HeadPose((one.yaw_deg + other.yaw_deg) / 2, (one.pitch_deg + other.pitch_deg) / 2)


def find_pose(points_px: NDArray[np.float32]) -> HeadPose | None:
    """Return where a head is turned; None if its landmarks aren't known or lie on one line.

    Args:
        points_px: float32 (68, 2), landmarks of the face in the order of 300-W.
    """
    chosen = points_px[_INDICES].astype(np.float64)
    if not np.isfinite(chosen).all():
        return None
    view = (_SOLVE @ (chosen - chosen.mean(axis=0))).T  # (2, 3): px by mm
    px_per_mm = float(np.linalg.norm(view, ord=2))
    if px_per_mm < 1e-3:
        return None
    yaw, pitch = np.degrees(np.arcsin(np.clip(view[:, 2] / px_per_mm, -1.0, 1.0))).tolist()
    return HeadPose(yaw, pitch - _STRAIGHT_PITCH_DEG)
