"""What the outside of a file says: which kind it is, whatever its name, and whether all of it is there.

Sources: Matroska and EBML, RFC 9559 and RFC 8794; MP4's boxes, ISO/IEC 14496-12, section 4.2.
"""

from __future__ import annotations

import re
from typing import BinaryIO

WEBM, MP4, PNG, JPEG = "video/webm", "video/mp4", "image/png", "image/jpeg"
EXTENSIONS = {WEBM: "webm", MP4: "mp4", PNG: "png", JPEG: "jpg"}
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_WEBM_DOC_TYPE = re.compile(rb"\x42\x82(?:\x84|[\x01\x02\x04\x08\x10\x20\x40]\x00*\x04)webm")
"""The length of an EBML element may be written in one byte to eight (RFC 8794, section 4)."""
_MOST_BOXES = 100_000


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, whatever its name; None if it is none of ours."""
    if head.startswith(_EBML) and _WEBM_DOC_TYPE.search(head):
        return WEBM
    if head[4:8] == b"ftyp" and head[8:12] != b"qt  ":
        return MP4
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return JPEG if head.startswith(b"\xff\xd8\xff") else None


def missing_bytes(file: BinaryIO, media_type: str, size: int) -> int:
    """Return how much a film lacks of what it says that it contains; 0 if it is whole, or does not say.

    Args:
        file: the film, which is read here and there.
        media_type: WEBM or MP4.
        size: its length in bytes.
    """
    end = _end_of_webm(file) if media_type == WEBM else _end_of_mp4(file, size)
    return max(end - size, 0)


def _end_of_webm(file: BinaryIO) -> int:
    """Return where the one segment ends, which holds everything; 0 if the file does not say."""
    file.seek(len(_EBML))
    head = _vint(file)
    if head is None:
        return 0
    file.seek(head, 1)
    if file.read(len(_SEGMENT)) != _SEGMENT:
        return 0
    length = _vint(file)
    return 0 if length is None else file.tell() + length


def _vint(file: BinaryIO) -> int | None:
    """Read a length of EBML; None if it is unknown, as of a live recording, or none."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    mark = 0x80 >> more
    value = int.from_bytes(bytes([first[0] - mark]) + file.read(more), "big")
    return None if value == (1 << 7 * (more + 1)) - 1 else value


def _end_of_mp4(file: BinaryIO, size: int) -> int:
    """Return where the last box ends."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:  # a large one says so behind its name
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8:  # 0: up to the end of the file, whatever that is
            return 0
        if at + length >= size:
            return at + length
        at += length
    return 0
