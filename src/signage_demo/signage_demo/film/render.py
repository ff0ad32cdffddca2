"""Draw the frames of the demo film: a softly lit lobby, and the people in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from signage_demo.film.cutouts import Cutout
from signage_demo.film.script import HEIGHT_PX, WIDTH_PX, Appearance, Pose, pose_at

FACE_Y_PX = 285.0
FLOOR_Y_PX = 610
BELOW_EDGE_PX = 8
"""How far a cut-out reaches below the picture at least: nobody floats."""


def draw_lobby() -> NDArray[np.uint8]:
    """Draw the empty lobby: uint8 (720, 1280, 3), BGR."""
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    wall = 200 - 24 * (y / FLOOR_Y_PX)
    wall += 18 * np.exp(-(((x - WIDTH_PX / 2) / 520) ** 2 + (y / 420) ** 2))  # the light from the ceiling
    light = np.where(y < FLOOR_Y_PX, wall, 136)
    picture = np.asarray(light[..., np.newaxis] * np.array([0.94, 0.975, 1.0]), np.float32)
    cv2.rectangle(picture, (0, FLOOR_Y_PX - 14), (WIDTH_PX, FLOOR_Y_PX), (158, 164, 169), -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 3.0).round(), np.uint8)


class Stage:
    """The lobby with people."""

    def __init__(self, cutouts: Mapping[tuple[str, int], Cutout]) -> None:
        """Take the people, by name and height of the face in pixels."""
        self._cutouts = cutouts
        self._lobby = draw_lobby()

    def draw(self, appearances: Sequence[Appearance], time_s: float) -> NDArray[np.uint8]:
        """Draw the film at a time: uint8 (720, 1280, 3), BGR. Who has the smaller face stands behind."""
        frame = self._lobby.copy()
        for appearance in sorted(appearances, key=lambda one: one.part.face_px):
            pose = pose_at(appearance, time_s)
            if pose is not None:
                _lay_over(frame, self._cutouts[appearance.part.person, appearance.part.face_px], pose)
        return frame


def _lay_over(frame: NDArray[np.uint8], cutout: Cutout, pose: Pose) -> None:
    height, width = cutout.bgra.shape[:2]
    left_px = pose.x_px - cutout.face_xyh_px[0] * pose.scale
    top_px = _bottom_px(cutout, pose) - height * pose.scale
    first, last = max(int(left_px) - 1, 0), min(int(left_px + width * pose.scale) + 2, WIDTH_PX)
    if first >= last:
        return
    top = max(int(top_px) - 1, 0)
    matrix = np.array([[pose.scale, 0, left_px - first], [0, pose.scale, top_px - top]], np.float32)
    over = cv2.warpAffine(cutout.bgra, matrix, (last - first, HEIGHT_PX - top), flags=cv2.INTER_LINEAR)
    under = frame[top:, first:last]
    through = cv2.merge([255 - over[..., 3]] * 3)
    cv2.add(over[..., :3], cv2.multiply(under, through, scale=1 / 255), dst=under)


def _bottom_px(cutout: Cutout, pose: Pose) -> float:
    below_px = cutout.bgra.shape[0] - cutout.face_xyh_px[1]
    return max(FACE_Y_PX + below_px, HEIGHT_PX + BELOW_EDGE_PX) + pose.drop_px
