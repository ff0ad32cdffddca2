"""One frame of a source, as pixels or as a JPEG; how each is made of the other, and how a frame gets another size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from deeplens_camera.errors import BrokenFrameError

Pixels = NDArray[np.uint8]
"""uint8 (height, width, 3), BGR."""
Size = tuple[int, int]
"""Width and height in pixels."""
BORDER_GREY = 128

_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
_TAIL = 512
"""Drivers may hand over a few bytes after the end of the JPEG."""


class Frame:
    """One frame, as pixels or as a JPEG, whichever its source gave; the other is made when it is asked for, once.

    A slide show gives the same one many times: it is encoded once.
    """

    def __init__(self, image_bgr: Pixels | None = None, jpeg: bytes | None = None) -> None:
        """Take the pixels, the JPEG, or both."""
        self._image_bgr = image_bgr
        self._jpeg = jpeg

    @property
    def image_bgr(self) -> Pixels:
        """Return the pixels: uint8 (h, w, 3), BGR.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        if self._image_bgr is None:
            self._image_bgr = decode_image(self._jpeg or b"")
        return self._image_bgr

    def jpeg(self, quality: int) -> bytes:
        """Return the JPEG; the quality counts only where the source gave none.

        Raises:
            BrokenFrameError: the pixels can't be encoded.
        """
        if self._jpeg is None:
            self._jpeg = encode_jpeg(self.image_bgr, quality)
        return self._jpeg

    def resized(self, width_px: int, height_px: int) -> Frame:
        """Return the frame in a size, 0 as it is; it stays itself, JPEG and all, if it has that size already.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        own = self._size()
        wanted = wanted_size(own, width_px, height_px)
        return self if wanted == own else Frame(fit(self.image_bgr, wanted))

    def _size(self) -> Size:
        if self._image_bgr is not None:
            return self._image_bgr.shape[1], self._image_bgr.shape[0]
        return jpeg_size(self._jpeg or b"")


def encode_jpeg(image_bgr: Pixels, quality: int) -> bytes:
    """Encode pixels as a JPEG of a quality from 1 to 100.

    Raises:
        BrokenFrameError: they can't be encoded.
    """
    done, data = cv2.imencode(".jpg", image_bgr, (cv2.IMWRITE_JPEG_QUALITY, quality))
    if not done:
        raise BrokenFrameError(f"expected pixels that can be a JPEG, got an array {image_bgr.shape}")
    return data.tobytes()


def decode_image(data: bytes) -> Pixels:
    """Decode a JPEG or any other format that OpenCV knows, the right way up.

    Raises:
        BrokenFrameError: it is none.
    """
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:  # such as an image of a billion pixels
        pixels = None
    if pixels is None:
        raise BrokenFrameError("expected a picture that can be decoded")
    return np.asarray(pixels, np.uint8)


def jpeg_size(data: bytes) -> Size:
    """Read the size off a JPEG without decoding it (ITU-T T.81, annex B), and check that it is whole.

    Raises:
        BrokenFrameError: it is no JPEG, or it is cut off.
    """
    if not data.startswith(_JPEG_START):
        raise BrokenFrameError("expected a JPEG, but it does not begin like one")
    if _JPEG_END not in data[-_TAIL:]:
        raise BrokenFrameError("expected a whole JPEG, but its end is missing")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SIZE_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if marker == _SCAN or length < 2:
            break
        at += 2 + length
    raise BrokenFrameError("expected a JPEG, but it does not say its size")


def empty_scene(size: Size) -> Pixels:
    """Return an image with nothing in it: the grey that also surrounds photos."""
    return np.full((size[1], size[0], 3), BORDER_GREY, np.uint8)


def fit(image_bgr: Pixels, size: Size) -> Pixels:
    """Scale an image into the middle of a size, its shape unchanged, with grey beside or above and below it."""
    height, width = image_bgr.shape[:2]
    if (width, height) == size:
        return image_bgr
    factor = min(size[0] / width, size[1] / height)
    inner = (max(round(width * factor), 1), max(round(height * factor), 1))
    scaled = cv2.resize(image_bgr, inner, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    if inner == size:
        return np.asarray(scaled, np.uint8)
    fitted = empty_scene(size)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    fitted[top : top + inner[1], left : left + inner[0]] = scaled
    return fitted


def wanted_size(own: Size, width_px: int, height_px: int) -> Size:
    """Return the size to publish: what was asked for; 0 is as the source has it, or in its shape if one is given."""
    if width_px and height_px:
        return width_px, height_px
    if width_px:
        return width_px, max(round(own[1] * width_px / own[0]), 1)
    if height_px:
        return max(round(own[0] * height_px / own[1]), 1), height_px
    return own
