"""Look at files before they are opened, since reading what is no file may never end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from deeplens_camera.errors import BrokenFrameError, SourceError, reason_of


def check_file(path: Path) -> None:
    """Check that a path leads to a file: opening a pipe would wait for whoever writes into it.

    Raises:
        SourceError: it is something else, nothing is there, or it may not be looked at.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise SourceError(reason_of(error)) from None
    if not stat.S_ISREG(mode):
        raise SourceError("is no file")


def read_file(path: Path, max_bytes: int) -> bytes:
    """Read a whole file that is not longer than it may be.

    Raises:
        BrokenFrameError: it is no file, or longer.
        OSError: it can't be read.
    """
    # Without waiting: between a look at it and now, a pipe may have taken its place.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise BrokenFrameError("is no file")
        if status.st_size > max_bytes:
            raise BrokenFrameError(f"is larger than {max_bytes >> 10} kB")
        return file.read(max_bytes)
