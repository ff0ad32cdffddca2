"""Cut the pictures out of an endless multipart answer (multipart/x-mixed-replace), as cameras send them over HTTP.

Cameras keep to the standard (RFC 2046, section 5.1) more or less: a length may be missing, the boundary that is
announced may not be the one that is sent, and there may be no empty line behind the head of a part.
"""

from __future__ import annotations

import enum
import re

from deeplens_camera import MAX_FRAME_BYTES
from deeplens_camera.errors import SourceError

MAX_HEAD_BYTES = 16 << 10
_BOUNDARY = re.compile(rb"(?:^|\n)(--[0-9A-Za-z'()+_,./:=? -]{1,98})\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n|(?=\xff\xd8\xff)")
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_EXPECTED = f"expected at most {MAX_FRAME_BYTES >> 20} MB"


class _At(enum.Enum):
    BETWEEN = enum.auto()
    HEAD = enum.auto()
    PICTURE = enum.auto()


class MultipartPictures:
    """Takes bytes as they come, and gives each picture when it is whole.

    Attributes:
        has_ended: whether the answer said that nothing follows.
    """

    def __init__(self) -> None:
        self.has_ended = False
        self._buffer = bytearray()
        self._boundary = b""
        self._at = _At.BETWEEN
        self._length: int | None = None
        self._searched = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the pictures that are whole now.

        Raises:
            SourceError: a picture is longer than MAX_FRAME_BYTES, or it has too long a head.
        """
        self._buffer += data
        pictures: list[bytes] = []
        steps = {_At.BETWEEN: self._find_boundary, _At.HEAD: self._read_head}
        while not self.has_ended:
            if self._at is _At.PICTURE:
                picture = self._read_picture()
                if picture is None:
                    break
                pictures += [picture] if picture.strip() else []
            elif not steps[self._at]():
                break
        return pictures

    def _find_boundary(self) -> bool:
        """Go behind the next boundary; what stands before it is no picture."""
        if not self._boundary:
            found = _BOUNDARY.search(self._buffer)
            self._boundary = found[1].rstrip() if found else b""
        start = self._buffer.find(self._boundary) if self._boundary else -1
        if start < 0:
            del self._buffer[:-MAX_HEAD_BYTES]
            return False
        end = start + len(self._boundary)
        if len(self._buffer) < end + 2:
            return False
        self.has_ended = self._buffer[end : end + 2] == b"--"
        del self._buffer[:end]
        self._at = _At.HEAD
        return True

    def _read_head(self) -> bool:
        found = _HEAD_END.search(self._buffer)
        if found is None:
            if len(self._buffer) > MAX_HEAD_BYTES:
                raise SourceError("sends no pictures: the head of a part does not end")
            return False
        length = _LENGTH.search(self._buffer[: found.start()])
        self._length = (int(length[1]) if length else 0) or None  # some say 0 of a picture whose length they don't know
        if self._length is not None and self._length > MAX_FRAME_BYTES:
            raise SourceError(f"announces a picture of {self._length >> 20} MB; {_EXPECTED}")
        del self._buffer[: found.end()]
        self._at, self._searched = _At.PICTURE, 0
        return True

    def _read_picture(self) -> bytes | None:
        """Return the picture if it is whole: as long as was announced, or up to the next boundary."""
        end = self._length
        if end is None:
            end = self._buffer.find(self._boundary, self._searched)
            self._searched = max(len(self._buffer) - len(self._boundary), 0)
        if end < 0 or len(self._buffer) < end:
            if len(self._buffer) > MAX_FRAME_BYTES:
                raise SourceError(f"sends a picture without an end; {_EXPECTED}")
            return None
        picture = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._at = _At.BETWEEN
        return picture
