"""What a JPEG says of itself without being decoded, and what cameras put around it taken away (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from signage_common.pictures import JPEG_END, JPEG_SIZE_MARKERS, JPEG_START, jpeg_segments

from deeplens_camera import MAX_PIXELS
from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.exif import UPRIGHT, orientation_of_exif

_FIRST = re.compile(rb"\xff\xd8[^\xff]*\xff")
_SCAN = b"\xff\xda"
_EXIF = 0xE1


@dataclass(frozen=True)
class Jpeg:
    """A JPEG that begins with its start, and ends with its end if it has one.

    Attributes:
        data: its bytes; those that were given if nothing had to be taken away.
        size: width and height as it is stored, px.
        orientation: how it is to be turned, 1 to 8 as in Exif.
        is_whole: whether its end is there.
    """

    data: bytes
    size: tuple[int, int]
    orientation: int
    is_whole: bool


def read_jpeg(data: bytes) -> Jpeg:
    """Read the head of a JPEG. What stands before it, right behind its start or after its end is taken away.

    Raises:
        BrokenFrameError: it is no JPEG, does not say its size, or is larger than MAX_PIXELS.
    """
    data = _from_start(data)
    size, orientation, scan = _read_head(data)
    end = data.rfind(JPEG_END, scan)
    if end < 0:
        return Jpeg(data, size, orientation, is_whole=False)
    end += len(JPEG_END)
    return Jpeg(data if end == len(data) else data[:end], size, orientation, is_whole=True)


def _from_start(data: bytes) -> bytes:
    found = _FIRST.search(data)
    if found is None:
        raise BrokenFrameError("expected a JPEG, but it does not begin like one")
    if found.start() == 0 and found.end() == len(JPEG_START) + 1:
        return data
    return JPEG_START + data[found.end() - 1 :]


def _read_head(data: bytes) -> tuple[tuple[int, int], int, int]:
    """Return size, orientation, and where the first scan begins."""
    size, orientation, end = (0, 0), UPRIGHT, len(JPEG_START)
    for marker, start, end in jpeg_segments(memoryview(data)):
        if marker in JPEG_SIZE_MARKERS and end - start >= 5:
            height, width = (int.from_bytes(data[at : at + 2], "big") for at in (start + 1, start + 3))
            size = width, height
        elif marker == _EXIF and orientation == UPRIGHT:
            orientation = orientation_of_exif(data[start:end])
    scan = data.find(_SCAN, end)
    if 0 in size:
        raise BrokenFrameError("expected a JPEG, but it does not say its size")
    if scan < 0:
        raise BrokenFrameError("expected a JPEG, but nothing follows its head")
    if size[0] * size[1] > MAX_PIXELS:
        raise BrokenFrameError(f"expected at most {MAX_PIXELS // 10**6} million pixels, got {size[0]}x{size[1]}")
    return size, orientation, scan
