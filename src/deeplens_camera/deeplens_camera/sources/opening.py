"""Open a source by its address, and notice when its files have changed."""

from __future__ import annotations

from pathlib import Path

from signage_common.errors import ConfigurationError

from deeplens_camera.errors import LOSSES, reason_of
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources.awscam import AwscamSource, import_library
from deeplens_camera.sources.http import open_http
from deeplens_camera.sources.opencv import DeviceSource, VideoSource, open_by_ffmpeg
from deeplens_camera.sources.photos import PhotoSource, list_photos
from deeplens_camera.sources.source import Source
from deeplens_camera.sources.synthetic import SyntheticSource

_FILES = (SourceKind.VIDEO, SourceKind.PHOTOS)
Fingerprint = tuple[tuple[str, int, int], ...]


def open_source(address: SourceAddress, params: CameraParams) -> Source:
    """Open a source; ``params.source`` does not count, the address was read from it.

    Raises:
        SourceError, OSError: it is not there, or not now.
    """
    match address.kind:
        case SourceKind.DEVICE:
            return DeviceSource(address.place, params)
        case SourceKind.VIDEO:
            return VideoSource(address.place, params.loop)
        case SourceKind.PHOTOS:
            return PhotoSource(address.place, params)
        case SourceKind.STREAM:
            is_http = address.place.lower().startswith("http")
            return (open_http if is_http else open_by_ffmpeg)(address.place, params)
        case SourceKind.SYNTHETIC:
            return SyntheticSource(params)
        case SourceKind.AWSCAM:
            return AwscamSource(params)


def check_source(address: SourceAddress, params: CameraParams) -> None:
    """Check that a file or photos can be played at all, or a library is there; a camera may come and go.

    Raises:
        ConfigurationError: it can't be.
    """
    if address.kind is SourceKind.AWSCAM:
        import_library()
    if address.kind not in _FILES:
        return
    try:
        source = open_source(address, params)
        try:
            source.advance()
        finally:
            source.close()
    except LOSSES as error:
        raise ConfigurationError(f"parameter source: {address.shown_place}: {reason_of(error)}") from None


def fingerprint(address: SourceAddress) -> Fingerprint:
    """Return names, times of change in nanoseconds and sizes in bytes of a source's files; empty if it has none.

    Raises:
        OSError: they may not be looked at.
    """
    if address.kind is SourceKind.PHOTOS:
        return tuple(mark for path in list_photos(address.place) for mark in _mark(path))
    return tuple(_mark(Path(address.place))) if address.kind is SourceKind.VIDEO else ()


def _mark(path: Path) -> list[tuple[str, int, int]]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return []
    return [(str(path), status.st_mtime_ns, status.st_size)]
