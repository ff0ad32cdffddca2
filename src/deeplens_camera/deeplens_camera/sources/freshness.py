"""Notice that a file or folder was changed."""

from __future__ import annotations

from pathlib import Path

from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources.photos import list_photos

Fingerprint = tuple[tuple[str, int, int], ...]


def fingerprint(address: SourceAddress) -> Fingerprint:
    """Return names, times of change in nanoseconds and sizes in bytes of a source's files; empty if it has none."""
    if address.kind is SourceKind.PHOTOS:
        return tuple(mark for path in list_photos(address.place) for mark in _mark(path))
    return tuple(_mark(Path(address.place))) if address.kind is SourceKind.VIDEO else ()


def _mark(path: Path) -> list[tuple[str, int, int]]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [(str(path), status.st_mtime_ns, status.st_size)]
