"""Read size and soundness off a JPEG without decoding it (ITU-T T.81, annex B)."""

from __future__ import annotations

from deeplens_camera.errors import BrokenPictureError

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
_TAIL = 512
"""Drivers may hand over a few bytes after the end of the picture."""


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a JPEG.

    Raises:
        BrokenPictureError: it is no JPEG, or it is cut off.
    """
    if not data.startswith(_START):
        raise BrokenPictureError("expected a JPEG, but it does not begin like one")
    if _END not in data[-_TAIL:]:
        raise BrokenPictureError("expected a whole JPEG, but its end is missing")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _SIZE_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if marker == _SCAN or length < 2:
            break
        at += 2 + length
    raise BrokenPictureError("expected a JPEG, but it does not say its size")
