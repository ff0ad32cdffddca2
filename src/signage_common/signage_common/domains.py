"""ROS domains that one program of this machine has for itself."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from signage_common.errors import SignageError

FIRST_DOMAIN, LAST_DOMAIN = 1, 101
_FOLDER = "signage-domains"


@contextmanager
def reserved_domain() -> Iterator[int]:
    """Reserve a ROS domain id on this machine, for whichever user, by a lock file, and give it back at the end.

    Raises:
        SignageError: all domain ids from 1 to 101 are taken.
    """
    folder = Path(tempfile.gettempdir()) / _FOLDER
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o1777)  # everybody's, as the folder that it is in
    for domain_id in range(FIRST_DOMAIN, LAST_DOMAIN + 1):
        lock = _locked(folder / str(domain_id))
        if lock is None:
            continue
        try:
            yield domain_id
        finally:
            os.close(lock)
        return
    raise SignageError(f"no free ROS domain id from {FIRST_DOMAIN} to {LAST_DOMAIN}")


def _locked(path: Path) -> int | None:
    """Return the descriptor of a lock file that is locked now, or None where somebody else has it."""
    lock = None
    try:
        lock = _opened(path)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # locked, or another user's that we may not even open
        if lock is not None:
            os.close(lock)
        return None
    return lock


def _opened(path: Path) -> int:
    """Open a lock file for reading, which suffices to lock it and is all that others may do; make it if need be."""
    with contextlib.suppress(FileExistsError):
        made = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL)
        os.fchmod(made, 0o644)
        return made
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
