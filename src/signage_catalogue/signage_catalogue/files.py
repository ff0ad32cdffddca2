"""Tell a changed file from the old one."""

from __future__ import annotations

import os
from pathlib import Path

FileState = tuple[int, int, int, int]


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
