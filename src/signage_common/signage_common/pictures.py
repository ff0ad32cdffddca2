"""What the first bytes of a JPEG or PNG say of it: its size, before anybody spends memory on its pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator

LARGEST_PIXELS = 7680 * 4320
"""8K UHD. No camera of a sign gives more, and whatever says that it is larger is not decoded."""
MOST_SCANS = 100
"""A usual JPEG has one, a progressive one some ten; a decoder goes over all pixels for each."""

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_MARKER = re.compile(rb"\xff([^\x00\xff])")
JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers that nothing belongs to
_SCAN = 0xDA
_MOST_SEGMENTS = 1000


class PictureError(ValueError):
    """It is no picture that may be decoded; the message says what was expected and what came."""


def check_picture(data: bytes | memoryview, largest_pixels: int = LARGEST_PIXELS) -> tuple[int, int]:
    """Return width and height of a JPEG or PNG that may be decoded, px, both at least 1.

    Raises:
        PictureError: it is neither, says no size, is larger than it may be, or has too many scans.
    """
    view = memoryview(data)
    width, height = _read_size(view)
    if min(width, height) < 1:
        raise PictureError(f"expected a picture with pixels, got {width}x{height}")
    if width * height > largest_pixels:
        raise PictureError(f"expected at most {largest_pixels / 1e6:.0f} million pixels, got {width}x{height}")
    if bytes(view[:2]) == JPEG_START and (scans := bytes(view).count(b"\xff\xda")) > MOST_SCANS:
        raise PictureError(f"expected a JPEG of at most {MOST_SCANS} scans, got {scans}")
    return width, height


def _read_size(view: memoryview) -> tuple[int, int]:
    if bytes(view[:8]) == _PNG_START and bytes(view[12:16]) == b"IHDR" and len(view) >= 24:
        return int.from_bytes(view[16:20], "big"), int.from_bytes(view[20:24], "big")
    if bytes(view[:2]) != JPEG_START:
        raise PictureError(f"expected a JPEG or PNG image, got {len(view)} bytes of something else")
    for marker, start, end in jpeg_segments(view):
        if marker in JPEG_SIZE_MARKERS and end - start >= 5 and end <= len(view):
            rows, columns = view[start + 1 : start + 3], view[start + 3 : start + 5]
            return int.from_bytes(columns, "big"), int.from_bytes(rows, "big")
    raise PictureError(f"expected a JPEG or PNG image that says its size, got {len(view)} bytes that don't")


def lacks_end(jpeg: bytes) -> bool:
    """Tell whether a JPEG has no end behind its first scan: some cameras leave it away, and some files are cut off."""
    head_ends = max((end for _, _, end in jpeg_segments(memoryview(jpeg))), default=0)
    return jpeg.find(JPEG_END, head_ends) < 0


def jpeg_segments(view: memoryview) -> Iterator[tuple[int, int, int]]:
    """Give the segments of a JPEG up to its first scan (ITU-T T.81, annex B): marker, begin and end of its content.

    As every decoder does, skip fill bytes, and whatever else stands before a marker.
    """
    at = len(JPEG_START)
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(view, at)
        if found is None or found[1][0] in (_SCAN, JPEG_END[1]):
            return
        at, marker = found.end(), found[1][0]
        if marker not in _ALONE:
            length = max(int.from_bytes(view[at : at + 2], "big"), 2)
            yield marker, at + 2, at + length
            at += length
