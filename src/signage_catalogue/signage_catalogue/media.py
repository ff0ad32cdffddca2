"""Look into the file of a creative: what it is, how long it plays, and what it contains."""

from __future__ import annotations

import functools
import hashlib
import math
import os
from dataclasses import dataclass
from pathlib import Path

WEBM, MP4, PNG, JPEG = "video/webm", "video/mp4", "image/png", "image/jpeg"
EXTENSIONS = {WEBM: "webm", MP4: "mp4", PNG: "png", JPEG: "jpg"}
_HEAD_BYTES = 4096
_BLOCK_BYTES = 1 << 20
_DIGEST_HEX = 16
_QUIET = "-8"  # the decoder's own complaints would stand on stderr beside our line

FileState = tuple[int, int, int]


class MediaError(Exception):
    """A file is no creative; the message says what was expected.

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


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, whatever its name; None if it is none of ours."""
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"\x42\x82\x84webm" in head:
        return WEBM
    if head[4:8] == b"ftyp" and head[8:12] != b"qt  ":
        return MP4
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return JPEG if head.startswith(b"\xff\xd8\xff") else None


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
    except (OSError, RuntimeError, ValueError):
        raise MediaError(f"expected a file, found nothing at {folder / file}") from None
    roots = [root.resolve() for root in (folder, media_root) if root is not None]
    if not any(path.is_relative_to(root) for root in roots):
        raise MediaError(f"expected a file inside {' or '.join(map(str, roots))}, got {path}")
    if not path.is_file():
        raise MediaError(f"expected a file, got something else at {path}")
    return path


def inspect(path: Path) -> MediaInfo:
    """Read a file's type and digest; a file that has not changed since is not read again.

    Raises:
        MediaError: it can't be read, or is neither WebM, MP4, PNG nor JPEG.
    """
    try:
        return _inspect(path, _state_of(path.stat()))
    except OSError as error:
        raise MediaError(f"expected a readable file, got: {error.strerror}") from None


def read_duration_s(path: Path) -> float:
    """Return the duration of a film, from its number of frames and its frame rate.

    Raises:
        MediaError: the file does not tell, or is broken.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    import cv2  # slow to load, and needed only where a catalogue leaves a duration out

    film = cv2.VideoCapture(str(path))
    try:
        frames, fps = film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)
        readable = film.isOpened() and film.grab()
    finally:
        film.release()
    if not readable or not frames > 0 or not fps > 0 or not math.isfinite(frames / fps):
        raise MediaError(f"expected this field, because {path} does not tell how long it plays", "duration_s")
    return frames / fps


def file_state(path: Path) -> FileState | None:
    """Return what tells a changed file from the old one: time of change, size and inode; None if it is missing."""
    try:
        return _state_of(path.stat())
    except (OSError, ValueError):
        return None


def _state_of(stat: os.stat_result) -> FileState:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@functools.lru_cache(maxsize=4096)
def _inspect(path: Path, _state: FileState) -> MediaInfo:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        media_type = sniff(head)
        if media_type is None:
            raise MediaError("expected WebM, MP4, PNG or JPEG content, got something else")
        digest.update(head)
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return MediaInfo(media_type, digest.hexdigest()[:_DIGEST_HEX])
