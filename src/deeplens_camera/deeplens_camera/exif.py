"""How a picture is to be turned, as its Exif data says (CIPA DC-008, tag Orientation)."""

from __future__ import annotations

UPRIGHT = 1
_ORIENTATION, _SHORT = 0x0112, 3
_BYTE_ORDERS = {b"II*\x00": "little", b"MM\x00*": "big"}
_ENTRY = 12
_JPEG_HEAD = b"Exif\x00\x00"
_WEBP_CHUNKS = 12
"""Where the first chunk of a WebP file begins."""


def orientation_of_exif(block: bytes) -> int:
    """Return the orientation, 1 to 8, that Exif data says, with the head that it has in a JPEG or without; else 1."""
    block = block.removeprefix(_JPEG_HEAD)
    order = _BYTE_ORDERS.get(block[:4])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(block[at : at + size], "little" if order == "little" else "big")

    directory = number(4, 4)
    first = directory + 2
    for at in range(first, min(first + _ENTRY * number(directory, 2), len(block) - _ENTRY + 1), _ENTRY):
        if number(at, 2) == _ORIENTATION and number(at + 2, 2) == _SHORT:
            value = number(at + 8, 2)
            return value if UPRIGHT <= value <= 8 else UPRIGHT
    return UPRIGHT


def orientation_of_webp(data: bytes) -> int:
    """Return the orientation that a WebP file says (RFC 9649), 1 if it says none."""
    at = _WEBP_CHUNKS
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"EXIF":
            return orientation_of_exif(data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return UPRIGHT
