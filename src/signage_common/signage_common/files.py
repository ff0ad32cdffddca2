"""Read files that may be anything, and write files that nobody ever sees half written."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path


def read_file(path: Path, most_bytes: int) -> bytes:
    """Read a whole file; never wait for it, as a pipe would have it, and never read more than is sensible.

    Args:
        path: the file.
        most_bytes: what it may hold at most.

    Raises:
        OSError: it can't be read, is no ordinary file, or is larger; it has ``filename`` and ``strerror``.
    """
    with open(path, "rb", opener=_open_without_waiting) as file:  # Path.open has no opener
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "expected a file, got a pipe or device", str(path))
        data = file.read(most_bytes + 1) if state.st_size <= most_bytes else None
    if data is None or len(data) > most_bytes:
        raise OSError(errno.EFBIG, f"expected at most {most_bytes:,} bytes", str(path))
    return data


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a path beside ``path``, of the same suffix, to write to; it takes that name when the block ends well.

    Raises:
        OSError: it can't be renamed; whatever the block raises passes through, and nothing is left behind.
    """
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # what went wrong first is what is told
            partial.unlink()
        raise
