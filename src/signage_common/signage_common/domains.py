"""ROS domains that one program of this machine has for itself."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FIRST_DOMAIN, LAST_DOMAIN = 1, 101


@contextmanager
def reserved_domain() -> Iterator[int]:
    """Reserve a ROS domain id on this machine by a lock file, and give it back at the end.

    Raises:
        RuntimeError: all domain ids from 1 to 101 are taken.
    """
    folder = Path(tempfile.gettempdir()) / f"signage-domains-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for domain_id in range(FIRST_DOMAIN, LAST_DOMAIN + 1):
        with (folder / str(domain_id)).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield domain_id
            return
    raise RuntimeError(f"no free ROS domain id from {FIRST_DOMAIN} to {LAST_DOMAIN}")
