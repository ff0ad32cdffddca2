"""Look at the file of a creative: where it lies, what it is, and what it contains."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from signage_common.files import open_file
from signage_common.pictures import LARGEST_PIXELS, PictureError, check_picture

from signage_catalogue.containers import JPEG, MP4, PNG, WEBM, missing_bytes, sniff
from signage_catalogue.files import FileState, state_of

LARGEST_SIDE_PX = 16_384
_MOST_BYTES = {WEBM: 2 << 30, MP4: 2 << 30, PNG: 64 << 20, JPEG: 64 << 20}
_HEAD_BYTES = 4096
_PICTURE_HEAD_BYTES = 8 << 20
"""A photo may carry a colour profile and a preview before it says its size."""
_BLOCK_BYTES = 1 << 20
_DIGEST_HEX = 16
_KNOWN_FILES = 32_768


class MediaError(Exception):
    """A file is no creative; the message says what was expected, and names no folder of this machine.

    Attributes:
        field: of the creative's entry that would have to change.
    """

    def __init__(self, message: str, field: str = "file") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class MediaInfo:
    """What a file contains.

    Attributes:
        media_type: such as ``video/webm``.
        digest: the first 16 hexadecimal digits of the content's SHA-256.
    """

    media_type: str
    digest: str

    @property
    def is_picture(self) -> bool:
        """Return whether it is a picture, which has no duration of its own."""
        return self.media_type in (PNG, JPEG)


def resolve_inside(file: str, folder: Path, media_root: Path | None) -> Path:
    """Return the real path of a creative's file.

    Args:
        file: as the catalogue says, relative to ``folder``.
        folder: where the catalogue lies.
        media_root: another folder in which files may lie.

    Raises:
        MediaError: it is missing, no file, or lies outside both folders once symbolic links are followed.
    """
    try:
        path = (folder / file).resolve(strict=True)
        is_file = path.is_file()
    except (FileNotFoundError, RuntimeError, ValueError):
        raise MediaError(f"expected a file, found nothing at {file}") from None
    except OSError as error:
        raise MediaError(f"expected a file at {file}, got: {error.strerror}") from None
    roots = [root.resolve() for root in (folder, media_root) if root is not None]
    if not any(path.is_relative_to(root) for root in roots):
        raise MediaError(f"expected a file inside the catalogue's folder or media_root, got {file}")
    if not is_file:
        raise MediaError(f"expected a file, got something else at {file}")
    return path


def inspect(path: Path) -> MediaInfo:
    """Read a file's type and digest; a file that has not changed since is not read again.

    Raises:
        MediaError: it can't be read, is neither WebM, MP4, PNG nor JPEG, is larger than it may be, or cut off.
    """
    try:
        return _inspect(path, state_of(path.stat()))
    except OSError as error:
        raise MediaError(f"expected a readable file, got: {error.strerror}") from None


def check_size(width_px: int, height_px: int) -> None:
    """Check that a screen can hold a picture, or a picture of a film.

    Raises:
        MediaError: it has no pixels, or more than it may have.
    """
    if min(width_px, height_px) < 1:
        raise MediaError(f"expected pictures with pixels, got {width_px}x{height_px}")
    if width_px * height_px > LARGEST_PIXELS or max(width_px, height_px) > LARGEST_SIDE_PX:
        most = f"{LARGEST_PIXELS / 1e6:.0f} million pixels and {LARGEST_SIDE_PX} a side"
        raise MediaError(f"expected at most {most}, got {width_px}x{height_px}")


@functools.lru_cache(maxsize=_KNOWN_FILES)
def _inspect(path: Path, state: FileState) -> MediaInfo:
    size = state[1]
    with open_file(path) as file:
        head = file.read(_HEAD_BYTES) or b""
        media_type = sniff(head)
        if media_type is None:
            raise MediaError("expected WebM, MP4, PNG or JPEG content, got something else")
        if size > _MOST_BYTES[media_type]:
            raise MediaError(f"expected at most {_MOST_BYTES[media_type] >> 20} MB of {media_type}, got {size >> 20}")
        if media_type in (PNG, JPEG):
            head += file.read(_PICTURE_HEAD_BYTES) or b""
            _check_picture(head)
        elif missing := missing_bytes(file, media_type, size):
            raise MediaError(f"expected a whole film, got one that is cut off: {missing} bytes are missing")
        file.seek(len(head))
        return MediaInfo(media_type, _digest(head, file, size))


def _check_picture(head: bytes) -> None:
    try:
        check_size(*check_picture(head))
    except PictureError as error:
        raise MediaError(str(error)) from None


def _digest(head: bytes, file: BinaryIO, size: int) -> str:
    """Hash a file as long as it was when it was looked at; one that grows meanwhile will be read again."""
    digest = hashlib.sha256(head)
    left = size - len(head)
    while left > 0 and (block := file.read(min(left, _BLOCK_BYTES))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest()[:_DIGEST_HEX]
