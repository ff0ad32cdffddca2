"""A moving test picture without any face, for trying everything that comes after the camera."""

from __future__ import annotations

import cv2
import numpy as np

from deeplens_camera.encode import Pixels
from deeplens_camera.letterbox import Size
from deeplens_camera.picture import Picture

DEFAULT_SIZE = (1280, 720)
DEFAULT_FPS = 30.0
_BARS_BGR = ((192, 192, 192), (0, 192, 192), (192, 192, 0), (0, 192, 0), (192, 0, 192), (0, 0, 192), (192, 0, 0))
_SQUARE_SHARE = 8
_STEP_PX = 8


def draw_bars(size: Size) -> Pixels:
    """Draw vertical colour bars."""
    picture = np.empty((size[1], size[0], 3), np.uint8)
    edges = np.linspace(0, size[0], len(_BARS_BGR) + 1).astype(int)
    for colour, left, right in zip(_BARS_BGR, edges[:-1], edges[1:], strict=True):
        picture[:, left:right] = colour
    return picture


class SyntheticSource:
    """Colour bars, a white square that moves to the right, and the number of the frame."""

    def __init__(self, fps: float, width_px: int, height_px: int) -> None:
        """Take rate and size; 0: 30 frames a second, 1280x720."""
        self._rate_hz = fps or DEFAULT_FPS
        self._size = (width_px or DEFAULT_SIZE[0], height_px or DEFAULT_SIZE[1])
        self._bars = draw_bars(self._size)
        self._index = -1

    @property
    def rate_hz(self) -> float:
        """Return the rate."""
        return self._rate_hz

    def advance(self) -> None:
        """Go to the next frame; there always is one."""
        self._index += 1

    def picture(self) -> Picture:
        """Draw the current frame."""
        width, height = self._size
        side = max(height // _SQUARE_SHARE, 1)
        left, top = self._index * _STEP_PX % max(width - side, 1), (height - side) // 2
        picture = self._bars.copy()
        picture[top : top + side, left : left + side] = 255
        place = (width // 40, height - height // 20)
        cv2.putText(picture, str(self._index), place, cv2.FONT_HERSHEY_PLAIN, height / 240, (0, 0, 0), 3)
        return Picture(picture)

    def notices(self) -> list[str]:
        """Return nothing: a test picture has nothing to say."""
        return []

    def close(self) -> None:
        """Do nothing: a test picture holds nothing."""
