"""Read files that may be anything, and write files that nobody ever sees half written."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def open_file(path: Path) -> BinaryIO:
    """Open an ordinary file for reading, without ever waiting for it.

    Raises:
        OSError: it can't be opened, or is something else; it has ``filename`` and ``strerror``.
    """
    try:
        _require_file(path.stat(), path)  # before it is opened, because to open a device may do something
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error), str(path)) from None
    try:
        _require_file(os.fstat(descriptor), path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: Path, most_bytes: int) -> bytes:
    """Read a whole file; never wait for it, as a pipe would have it, and never read more than is sensible.

    Args:
        path: the file.
        most_bytes: what it may hold at most.

    Raises:
        OSError: it can't be read, is no ordinary file, or is larger; it has ``filename`` and ``strerror``.
    """
    with open_file(path) as file:
        is_small = os.fstat(file.fileno()).st_size <= most_bytes
        data: bytes | None = file.read(most_bytes + 1) if is_small else b""
    if data is None:  # as some files below /proc answer where others would have to wait
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(path))
    if not is_small or len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"expected at most {most_bytes:,} bytes", str(path))
    return data


def _require_file(status: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "expected a file, got a pipe or device", str(path))


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a path beside ``path``, of the same suffix, to write to; it takes that name when the block ends well.

    Of a link it is the file that the link leads to.

    Raises:
        OSError: something else than a file is there, or it can't be renamed; whatever the block raises passes
            through, and nothing is left behind.
    """
    if path.exists():
        _require_file(path.stat(), path)  # a device would be gone, and a file in its place
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # what went wrong first is what is told
            partial.unlink()
        raise
