"""Write files that nobody ever sees half written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


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
