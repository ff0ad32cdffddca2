"""One frame of a source, as pixels or as a JPEG; how each is made of the other, and how a frame gets another size."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from signage_common.decoder_output import CUT_OFF
from signage_common.pictures import JPEG_END

from deeplens_camera.decoding import decode_image, decode_with_words, is_other_picture
from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.exif import UPRIGHT
from deeplens_camera.jpeg import Jpeg, read_jpeg
from deeplens_camera.turning import Pixels, is_sideways, turn

Size = tuple[int, int]
"""Width and height in pixels."""
BORDER_GREY = 128


class Frame:
    """One frame, as pixels or as a JPEG, whichever its source gave; the other is made when it is asked for, once.

    A slide show gives the same one many times: it is encoded once.
    """

    def __init__(self, image_bgr: Pixels | None = None, jpeg: bytes | None = None) -> None:
        """Take the pixels, the JPEG, or both."""
        self._image_bgr = image_bgr
        self._jpeg = jpeg
        self._checked: Jpeg | None = None
        self._encoded: tuple[int, bytes] | None = None

    @classmethod
    def from_picture(cls, data: bytes) -> Frame:
        """Return a picture that came from anywhere as a frame: a JPEG as it is, any other format decoded.

        Raises:
            BrokenFrameError: it is neither.
        """
        return cls(decode_image(data)) if is_other_picture(data) else cls(jpeg=data)

    @property
    def image_bgr(self) -> Pixels:
        """Return the pixels, upright as Exif data say: uint8 (h, w, 3), BGR.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        if self._image_bgr is None:
            self._image_bgr = decode_image(self._check().data)
        return self._image_bgr

    def jpeg(self, quality: int) -> bytes:
        """Return the JPEG; the quality counts only where the source gave none.

        Raises:
            BrokenFrameError: the pixels can't be encoded.
        """
        if self._jpeg is not None:
            return self._jpeg
        if self._encoded is None or self._encoded[0] != quality:
            self._encoded = quality, encode_jpeg(self.image_bgr, quality)
        return self._encoded[1]

    @property
    def size(self) -> Size:
        """Return width and height, upright, px.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        if self._image_bgr is not None:
            return self._image_bgr.shape[1], self._image_bgr.shape[0]
        checked = self._check()
        width, height = checked.size
        return (height, width) if is_sideways(checked.orientation) else (width, height)

    def turned(self, rotate: int, flip: str) -> Frame:
        """Return the frame upright, then turned and mirrored as in ``turn``; itself if it is that already.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        is_upright = self._jpeg is None or self._check().orientation == UPRIGHT
        return self if is_upright and not rotate and flip == "none" else Frame(turn(self.image_bgr, rotate, flip))

    def resized(self, width_px: int, height_px: int) -> Frame:
        """Return the frame in a size, 0 as it is; it stays itself, JPEG and all, if it has that size already.

        Raises:
            BrokenFrameError: the JPEG is damaged.
        """
        wanted = wanted_size(self.size, width_px, height_px)
        return self if wanted == self.size else Frame(fit(self.image_bgr, wanted))

    def _check(self) -> Jpeg:
        """Read the JPEG's head, and tidy it up."""
        if self._checked is None:
            found = read_jpeg(self._jpeg or b"")
            self._checked = found if found.is_whole else self._completed(found)
            self._jpeg = self._checked.data
        return self._checked

    def _completed(self, found: Jpeg) -> Jpeg:
        """Return a JPEG with the end that it lacks, if all before is there: some cameras leave the end away."""
        data = found.data + JPEG_END
        self._image_bgr, words = decode_with_words(data)
        if CUT_OFF in words:
            self._image_bgr = None
            raise BrokenFrameError("expected a whole JPEG, but its end is missing")
        return replace(found, data=data, is_whole=True)


def encode_jpeg(image_bgr: Pixels, quality: int) -> bytes:
    """Encode pixels as a JPEG of a quality from 1 to 100.

    Raises:
        BrokenFrameError: they can't be encoded.
    """
    done, data = cv2.imencode(".jpg", image_bgr, (cv2.IMWRITE_JPEG_QUALITY, quality))
    if not done:
        raise BrokenFrameError(f"expected pixels that can be a JPEG, got an array {image_bgr.shape}")
    return data.tobytes()


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
