"""Fit a picture into a size without changing its shape."""

from __future__ import annotations

import cv2
import numpy as np

from deeplens_camera.encode import Pixels

Size = tuple[int, int]
"""Width and height in pixels."""
BORDER_GREY = 128


def empty_scene(size: Size) -> Pixels:
    """Return a picture with nothing in it: the grey that also surrounds photos."""
    return np.full((size[1], size[0], 3), BORDER_GREY, np.uint8)


def fit(image_bgr: Pixels, size: Size) -> Pixels:
    """Return the picture scaled into the middle of a size, with grey beside or above and below it."""
    height, width = image_bgr.shape[:2]
    if (width, height) == size:
        return image_bgr
    factor = min(size[0] / width, size[1] / height)
    inner = (max(round(width * factor), 1), max(round(height * factor), 1))
    scaled = cv2.resize(image_bgr, inner, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    if inner == size:
        return np.asarray(scaled, np.uint8)
    picture = empty_scene(size)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    picture[top : top + inner[1], left : left + inner[0]] = scaled
    return picture


def wanted_size(own: Size, width_px: int, height_px: int) -> Size:
    """Return the size to publish: what was asked for; 0 is as the source has it, or in its shape if one is given."""
    if width_px and height_px:
        return width_px, height_px
    if width_px:
        return width_px, max(round(own[1] * width_px / own[0]), 1)
    if height_px:
        return max(round(own[0] * height_px / own[1]), 1), height_px
    return own
