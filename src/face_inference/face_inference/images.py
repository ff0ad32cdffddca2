"""Images as arrays: decode those that came compressed, and make thumbnails of them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.decoder_output import CUT_OFF, noted_decoder_output
from signage_common.pictures import JPEG_END, LARGEST_PIXELS, PictureError, check_picture, lacks_end

ImageBgr = NDArray[np.uint8]
"""An image: uint8 (height, width, 3), BGR."""
Float32 = NDArray[np.float32]
"""What networks take and give."""

# Boxes are in pixels of the image as it was sent, so an orientation noted in it isn't applied.
_FULL = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
_EIGHTH = cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_IGNORE_ORIENTATION
_MOST_BYTES = 3 * LARGEST_PIXELS  # as many as the pixels of the largest image


class CorruptImageError(Exception):
    """An image can't be read; the message says what was expected and what came."""


def decode(data: Any) -> ImageBgr:
    """Decode a JPEG or PNG image, whatever stands between its parts or after its end.

    Args:
        data: its bytes; bytes, array of bytes, or any other buffer.

    Returns:
        The image, BGR: uint8 (height, width, 3).

    Raises:
        CorruptImageError: it is cut off, no image, or too large.
    """
    return _decode(data, _FULL)


def decode_thumbnail(data: Any) -> NDArray[np.uint8]:
    """Decode a JPEG or PNG image at an eighth of its size, grey: uint8 (about height / 8, about width / 8).

    Of a JPEG only the mean of each block is computed, which takes a tenth of the time.

    Raises:
        CorruptImageError: it is cut off, no image, or too large.
    """
    return _decode(data, _EIGHTH)


def shrink(image_bgr: ImageBgr) -> NDArray[np.uint8]:
    """Return the thumbnail of an image that is decoded already: uint8 (height, width, 3) to (height / 8, width / 8)."""
    height, width = image_bgr.shape[:2]
    size = max(width // 8, 1), max(height // 8, 1)
    small = cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def _decode(data: Any, flags: int) -> NDArray[np.uint8]:
    encoded = bytes(data)
    try:
        if len(encoded) > _MOST_BYTES:
            raise PictureError(f"expected a JPEG or PNG image of at most {_MOST_BYTES:,} bytes, got {len(encoded):,}")
        check_picture(encoded)
    except PictureError as error:
        raise CorruptImageError(str(error)) from None
    is_endless = lacks_end(encoded)
    with noted_decoder_output() as words:
        try:
            image = cv2.imdecode(np.frombuffer(encoded + JPEG_END, np.uint8), flags)
        except cv2.error:
            image = None
    if image is None or (is_endless and any(CUT_OFF in line for line in words)):
        raise CorruptImageError(f"expected a JPEG or PNG image, got {len(encoded)} bytes that can't be decoded")
    return image.astype(np.uint8, copy=False)
