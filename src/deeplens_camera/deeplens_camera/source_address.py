"""Read the ``source`` parameter: which kind of source it names, and where that is."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from signage_common.errors import ConfigurationError

SYNTHETIC = "synthetic"
AWSCAM = "awscam"
STREAM_SCHEMES = ("rtsp", "rtsps", "http", "https")
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm")
EXPECTED = (
    "a device (/dev/video0 or 0), a video file, a folder or glob of photos, an rtsp:// or http:// address, synthetic, "
    "or awscam"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_GLOB = re.compile(r"[*?\[]")


class SourceKind(enum.Enum):
    """What a source is."""

    DEVICE = "device"
    VIDEO = "video file"
    PHOTOS = "photos"
    STREAM = "stream"
    SYNTHETIC = "synthetic"
    AWSCAM = "awscam"


@dataclass(frozen=True)
class SourceAddress:
    """A source by kind and place.

    Attributes:
        kind: what it is.
        place: device path, file, folder, glob or address; empty for synthetic and awscam.
    """

    kind: SourceKind
    place: str = ""

    @property
    def label(self) -> str:
        """Return how it is named to people: without the password that an address may hold."""
        if self.kind is SourceKind.STREAM:
            return re.sub(r"(://)[^/?#]*@", r"\1", self.place)
        return self.place or self.kind.value


def parse_source(text: str) -> SourceAddress:
    """Read a source; a file or folder must exist.

    Raises:
        ConfigurationError: it names nothing that could be a source.
    """
    text = text.strip()
    if text in (SYNTHETIC, AWSCAM):
        return SourceAddress(SourceKind(text))
    if text.isascii() and text.isdigit():
        return SourceAddress(SourceKind.DEVICE, f"/dev/video{int(text)}")
    if text.startswith("/dev/"):
        return SourceAddress(SourceKind.DEVICE, text)
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme[1].lower() != "file":
        return _parse_stream(text, scheme[1].lower())
    if not text:
        raise ConfigurationError(f"parameter source: expected {EXPECTED}, got nothing")
    return _parse_path(text[scheme.end() :] if scheme else text)


def _parse_stream(text: str, scheme: str) -> SourceAddress:
    address = SourceAddress(SourceKind.STREAM, text)
    if scheme not in STREAM_SCHEMES:
        raise ConfigurationError(
            f"parameter source: {address.label}: expected an address that begins with "
            f"{', '.join(f'{known}://' for known in STREAM_SCHEMES)}"
        )
    if not _has_host(text):
        raise ConfigurationError(f"parameter source: {address.label}: expected {scheme}://HOST[:PORT]/PATH")
    return address


def _has_host(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _parse_path(text: str) -> SourceAddress:
    path = Path(text).expanduser()
    if path.is_dir() or (path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()):
        return SourceAddress(SourceKind.PHOTOS, str(path))
    if path.exists():
        return SourceAddress(SourceKind.VIDEO, str(path))
    if _GLOB.search(text):
        return SourceAddress(SourceKind.PHOTOS, str(path))
    raise ConfigurationError(f"parameter source: {text}: not found; expected {EXPECTED}")
