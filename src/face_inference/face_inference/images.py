"""Decode images that came compressed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# Boxes are in pixels of the image as it was sent, so an orientation noted in it isn't applied.
_FLAGS = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION


class CorruptImageError(Exception):
    """An image can't be read."""


def decode(data: Any) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG image.

    Args:
        data: its bytes; bytes, array of bytes, or any other buffer.

    Returns:
        The image, BGR: uint8 (height, width, 3).

    Raises:
        CorruptImageError: it is cut off, or no image.
    """
    encoded = np.frombuffer(data, np.uint8)
    try:
        image = cv2.imdecode(encoded, _FLAGS)
    except cv2.error:
        image = None
    if image is None:
        raise CorruptImageError(f"expected a JPEG or PNG image, got {encoded.size} bytes that can't be decoded")
    return image.astype(np.uint8, copy=False)
