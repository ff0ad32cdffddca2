"""Open files in whose place anything may lie: a FIFO, a device, a folder, something that never ends."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

FileState = tuple[int, int, int, int]


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading, without ever waiting for it.

    Raises:
        OSError: it can't be opened, or is no regular file.
    """
    try:
        _require_regular(path.stat())  # before it is opened, because to open a device may do something
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from None
    try:
        _require_regular(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: Path, most: int) -> bytes:
    """Return the first bytes of a regular file, at most so many.

    Raises:
        OSError: it can't be read, or is no regular file.
    """
    with open_file(path) as file:
        content: bytes | None = file.read(most)
    if content is None:  # as some files below /proc answer where others would have to wait
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return content


def file_state(path: Path) -> FileState | None:
    """Return what tells a changed file from the old one; None if it is missing.

    That is: time of change in ns, size in bytes, inode, and time of any change, of permissions for instance, in ns.
    """
    try:
        return state_of(path.stat())
    except (OSError, ValueError):
        return None


def state_of(status: os.stat_result) -> FileState:
    """Return what tells a changed file from the old one, as ``file_state`` does."""
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
