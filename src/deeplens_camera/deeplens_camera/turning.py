"""Turn and mirror pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""uint8 (height, width, 3), BGR."""
FLIPS = ("none", "horizontal", "vertical")
ROTATIONS = (0, 90, 180, 270)

_ROTATE = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_FLIP = {"horizontal": 1, "vertical": 0}
# CIPA DC-008, tag Orientation: degrees clockwise, then the mirror.
_UPRIGHT = {
    1: (0, "none"),
    2: (0, "horizontal"),
    3: (180, "none"),
    4: (0, "vertical"),
    5: (90, "horizontal"),
    6: (90, "none"),
    7: (270, "horizontal"),
    8: (270, "none"),
}


def turn(image_bgr: Pixels, rotate: int, flip: str) -> Pixels:
    """Turn a picture by 0, 90, 180 or 270 degrees clockwise, then mirror it; itself if there is nothing to do.

    Args:
        image_bgr: uint8 (h, w, 3), BGR.
        rotate: degrees clockwise, one of ROTATIONS.
        flip: ``horizontal`` changes left and right of the turned picture, ``vertical`` top and bottom.
    """
    if rotate:
        image_bgr = np.asarray(cv2.rotate(image_bgr, _ROTATE[rotate]), np.uint8)
    if flip in _FLIP:
        image_bgr = np.asarray(cv2.flip(image_bgr, _FLIP[flip]), np.uint8)
    return image_bgr


def set_upright(image_bgr: Pixels, orientation: int) -> Pixels:
    """Turn a picture the way that its Exif orientation, 1 to 8, says."""
    return turn(image_bgr, *_UPRIGHT[orientation])


def is_sideways(orientation: int) -> bool:
    """Return whether width and height change places where a picture of this Exif orientation is set upright."""
    return _UPRIGHT[orientation][0] in (90, 270)
