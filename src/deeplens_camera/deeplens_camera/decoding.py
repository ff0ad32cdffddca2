"""Decode pictures from anywhere: bounded before memory is taken for pixels, and without a word on standard error."""

from __future__ import annotations

import re

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.decoder_output import noted_decoder_output
from signage_common.pictures import JPEG_START, MOST_SCANS

from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.exif import orientation_of_webp
from deeplens_camera.jpeg import read_jpeg
from deeplens_camera.turning import Pixels, set_upright

_SILENT = 0
cv2.setLogLevel(_SILENT)  # whatever the environment asks for: what OpenCV says of streams has the password in it

_PICTURES = re.compile(rb"\xff\xd8|\x89PNG\r\n\x1a\n|RIFF....WEBP|BM|II\*\x00|MM\x00\*|P[1-6]\s", re.DOTALL)
"""How the formats begin that are decoded: those of photos. OpenCV knows more, and less tested ones."""


def is_other_picture(data: bytes) -> bool:
    """Return whether bytes begin like a picture that is decoded here and is no JPEG."""
    return not data.startswith(JPEG_START) and _PICTURES.match(data) is not None


def decode_image(data: bytes) -> NDArray[np.uint8]:
    """Decode a JPEG, PNG, WebP, BMP, TIFF or PNM, the right way up; return uint8 (h, w, 3), BGR.

    Raises:
        BrokenFrameError: it is none of them, damaged, or larger than MAX_PIXELS.
    """
    return decode_with_words(data)[0]


def decode_with_words(data: bytes) -> tuple[Pixels, str]:
    """Decode a picture like ``decode_image``; return what the decoder had to say of it, too.

    Raises:
        BrokenFrameError: as there.
    """
    if not _PICTURES.match(data):
        raise BrokenFrameError("expected a picture that can be decoded")
    if data.startswith(JPEG_START):
        _check_cost(data)
    with noted_decoder_output() as words:
        try:
            decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        except cv2.error:  # such as a picture of too many pixels
            decoded = None
    if decoded is None:
        raise BrokenFrameError("expected a picture that can be decoded, and of a size that can be")
    pixels = np.asarray(decoded, np.uint8)
    if data.startswith(b"RIFF"):  # of this format OpenCV leaves the orientation alone
        pixels = set_upright(pixels, orientation_of_webp(data))
    return pixels, "\n".join(words)


def _check_cost(jpeg: bytes) -> None:
    read_jpeg(jpeg)  # bounds its pixels
    if jpeg.count(b"\xff\xda") > MOST_SCANS:
        raise BrokenFrameError(f"expected a JPEG of at most {MOST_SCANS} scans")
