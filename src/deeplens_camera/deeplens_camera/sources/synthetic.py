"""A moving test image without any face, for trying everything that comes after the camera."""

from __future__ import annotations

import cv2
import numpy as np

from deeplens_camera.frame import Frame, Size
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.source import DEFAULT_FPS, Source, asked_size
from deeplens_camera.turning import Pixels

_BARS_BGR = ((192, 192, 192), (0, 192, 192), (192, 192, 0), (0, 192, 0), (192, 0, 192), (0, 0, 192), (192, 0, 0))
_SQUARE_SHARE = 8
_STEP_PX = 8


def draw_bars(size: Size) -> Pixels:
    """Draw vertical colour bars."""
    image = np.empty((size[1], size[0], 3), np.uint8)
    edges = np.linspace(0, size[0], len(_BARS_BGR) + 1).astype(int)
    for colour, left, right in zip(_BARS_BGR, edges[:-1], edges[1:], strict=True):
        image[:, left:right] = colour
    return image


class SyntheticSource(Source):
    """Colour bars, a white square that moves to the right, and the number of the frame."""

    def __init__(self, params: CameraParams) -> None:
        """Take rate and size; where they are 0, 30 frames a second of 1280x720."""
        self._index = -1
        self.configure(params)

    def configure(self, params: CameraParams) -> None:
        """Go on at another rate or size."""
        self._rate_hz = params.fps or DEFAULT_FPS
        self._size = asked_size(params)
        self._bars = draw_bars(self._size)

    @property
    def rate_hz(self) -> float:
        """Return the rate."""
        return self._rate_hz

    def advance(self) -> None:
        """Go to the next frame; there always is one."""
        self._index += 1

    def frame(self) -> Frame:
        """Draw the current frame."""
        width, height = self._size
        side = max(height // _SQUARE_SHARE, 1)
        left, top = self._index * _STEP_PX % max(width - side, 1), (height - side) // 2
        image = self._bars.copy()
        image[top : top + side, left : left + side] = 255
        place = (width // 40, height - height // 20)
        cv2.putText(image, str(self._index), place, cv2.FONT_HERSHEY_PLAIN, height / 240, (0, 0, 0), 3)
        return Frame(image)
