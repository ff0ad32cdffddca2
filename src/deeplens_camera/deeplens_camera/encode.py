"""Turn pixels into a JPEG and back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deeplens_camera.errors import BrokenPictureError

Pixels = NDArray[np.uint8]
"""uint8 (height, width, 3), BGR."""


def encode_jpeg(image_bgr: Pixels, quality: int) -> bytes:
    """Encode pixels as a JPEG of a quality from 1 to 100.

    Raises:
        BrokenPictureError: they can't be encoded.
    """
    done, data = cv2.imencode(".jpg", image_bgr, (cv2.IMWRITE_JPEG_QUALITY, quality))
    if not done:
        raise BrokenPictureError(f"expected pixels that can be a JPEG, got an array {image_bgr.shape}")
    return data.tobytes()


def decode_image(data: bytes) -> Pixels:
    """Decode a JPEG or any other picture that OpenCV knows, the right way up.

    Raises:
        BrokenPictureError: it is none.
    """
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:  # such as a picture of a billion pixels
        pixels = None
    if pixels is None:
        raise BrokenPictureError("expected a picture that can be decoded")
    return np.asarray(pixels, np.uint8)
