"""Read the ``source`` parameter: which kind of source it names, and where that is."""

from __future__ import annotations

import enum
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from signage_common.errors import ConfigurationError

SYNTHETIC = "synthetic"
AWSCAM = "awscam"
STREAM_SCHEMES = ("rtsp", "rtsps", "http", "https")
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm")
EXPECTED = (
    "a device (/dev/video0 or 0), a video file, a folder or glob of photos, an rtsp:// or http:// address, synthetic, "
    "or awscam"
)
HOW_TO_ESCAPE = (
    "in a user name, a password and behind the host write @ as %40, and in the first two / as %2F, # as %23, ? as %3F, "
    "% as %25, [ as %5B, ] as %5D"
)
_LONGEST_SHOWN = 200
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,3}")
_GLOB = re.compile(r"[*?\[]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_BARE_PERCENT = re.compile(r"%(?![0-9a-f]{2})", re.IGNORECASE)
_HOST = re.compile(r"[\w.:%-]+")
# What is no path may be an address whose scheme is missing or wrong: then it holds secrets, like any other.
_ADDRESS = re.compile(
    r"([a-z][a-z0-9+.-]*:/+)?([0-9]+(\.[0-9]+){3}(:[0-9]+)?|[\w.-]+:[0-9]+)(?=/)|[a-z][a-z0-9+.-]*:/", re.IGNORECASE
)
_SECRETS = re.compile(r".*@|[?#;&].*|(?<=[/_-])(user|login|name|pass|pwd|token|key|auth|secret)\w*=.*", re.IGNORECASE)


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
    def shown_place(self) -> str:
        """Return the place of a file or folder as it is told to whoever gave it."""
        return shown_path(self.place)

    @property
    def label(self) -> str:
        """Return how it is named to others: an address by its host, a file by its name.

        Whatever else an address holds may be a password or a token, and where a file lies is nobody's business.
        """
        if self.kind is SourceKind.STREAM:
            return _host_of(self.place)
        if self.kind is SourceKind.DEVICE:
            return printable(self.place)
        return printable(Path(self.place).name) or self.kind.value


def printable(text: str) -> str:
    """Return text as one line that can be shown anywhere: without control characters, and not too long."""
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[: _LONGEST_SHOWN + 1])
    return shown if len(text) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."


def shown_path(text: str) -> str:
    """Return what was taken for a path, such that it can be shown even if it is an address with a password."""
    secretless = _SECRETS.sub("...", text)
    address = _ADDRESS.match(secretless)
    return printable(f"{address[0]}..." if address else secretless)


def parse_source(text: str) -> SourceAddress:
    """Read a source; a file or folder must exist.

    Raises:
        ConfigurationError: it names nothing that could be a source.
    """
    text = text.strip()
    if _CONTROL.search(text):
        raise ConfigurationError(f"parameter source: expected {EXPECTED}, got text with control characters")
    if text in (SYNTHETIC, AWSCAM):
        return SourceAddress(SourceKind(text))
    if _NUMBER.fullmatch(text):
        return SourceAddress(SourceKind.DEVICE, f"/dev/video{int(text)}")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _parse_path(text)
    if scheme[1].lower() == "file":
        return _parse_path(unquote(text[scheme.end() :].removeprefix("localhost")))
    return _parse_stream(text, scheme[1].lower())


def _parse_stream(text: str, scheme: str) -> SourceAddress:
    if scheme not in STREAM_SCHEMES:
        raise ConfigurationError(
            f"parameter source: {_host_of(text)}: expected an address that begins with "
            f"{', '.join(f'{known}://' for known in STREAM_SCHEMES)}"
        )
    parts = _split(text)
    if parts is None:
        escape = f"; {HOW_TO_ESCAPE}" if "@" in text or "[" in text else ""
        raise ConfigurationError(f"parameter source: {_host_of(text)}: expected {scheme}://HOST[:PORT]/PATH{escape}")
    return SourceAddress(SourceKind.STREAM, text)


def _split(text: str) -> SplitResult | None:
    """Take an address apart; None if it can't be, or if what seems to be its host may be a piece of a password."""
    try:
        parts = urlsplit(text)
        is_whole = parts.port != 0 and _HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return None
    user_info, _, _ = parts.netloc.rpartition("@")
    is_clear = "@" not in text.partition("://")[2][len(parts.netloc) :] and not _BARE_PERCENT.search(user_info)
    return parts if is_whole and is_clear else None


def _host_of(text: str) -> str:
    """Return scheme, host and port of an address, as far as they can be told from its secrets."""
    scheme, parts = text.partition("://")[0].lower(), _split(text)
    if parts is None or parts.hostname is None:
        return f"{scheme}://..."
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return printable(f"{scheme}://{host}" + (f":{parts.port}" if parts.port else ""))


def _parse_path(text: str) -> SourceAddress:
    if not text:
        raise ConfigurationError(f"parameter source: expected {EXPECTED}, got nothing")
    shown = shown_path(text)
    try:
        path = Path(text).expanduser().absolute()
        kind = _kind_of(path)
    except OSError as error:
        raise ConfigurationError(f"parameter source: {shown}: {error.strerror}; expected {EXPECTED}") from None
    except (RuntimeError, ValueError):  # the home folder of nobody; a name that no file can have
        kind = None
    if kind is None:
        raise ConfigurationError(f"parameter source: {shown}: not found; expected {EXPECTED}")
    return SourceAddress(kind, str(path))


def _kind_of(path: Path) -> SourceKind | None:
    """Return what a path leads to, None for nothing.

    Raises:
        ConfigurationError: it leads to what can't be read like a file.
        OSError: it may not be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if path.is_relative_to("/dev"):
            return SourceKind.DEVICE
        return SourceKind.PHOTOS if _is_glob(path) else None
    if stat.S_ISDIR(mode):
        return SourceKind.PHOTOS
    if stat.S_ISREG(mode):
        return SourceKind.PHOTOS if path.suffix.lower() in PHOTO_SUFFIXES else SourceKind.VIDEO
    if path.is_relative_to("/dev"):
        return SourceKind.DEVICE
    raise ConfigurationError(f"parameter source: {shown_path(str(path))}: is no file; expected {EXPECTED}")


def _is_glob(path: Path) -> bool:
    """Return whether a path is a pattern, in a folder that is there."""
    fixed = next((each for each in path.parents if not _GLOB.search(str(each))), path)
    return _GLOB.search(str(path)) is not None and fixed.is_dir()
