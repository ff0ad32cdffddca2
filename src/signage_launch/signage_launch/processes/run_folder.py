"""A folder of this user's own for what processes read at their start; nobody cleans it but who made it.

The parameters of a node may hold the password of a camera: nobody else may read them, and nothing of them stays.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from signage_common.home import signage_home

_PREFIX = "signage-launch-"


class RunFolder:
    """A folder in ``$XDG_RUNTIME_DIR/signage``, ``$SIGNAGE_HOME/run`` or, where neither can be, beside temporary files.

    It is locked as long as its owner lives. Folders of owners that were killed are removed with the next start. Should
    somebody remove it in the meantime, it is made again.
    """

    def __init__(self) -> None:
        """Remove what was left behind; the folder itself is made with the first file."""
        self._folder: Path | None = None
        self._lock = -1
        for base in _bases():
            with contextlib.suppress(OSError):
                _remove_stale(base)

    def write(self, name: str, text: str) -> Path:
        """Write a file that only this user can read, also in place of one of that name; return its path.

        Raises:
            OSError: there is nowhere to write; the error tells of the place that was tried last.
        """
        path = self.path() / name
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def path(self) -> Path:
        """Return the folder; it is made if it is not there, or no longer.

        Raises:
            OSError: it can't be made anywhere; the error tells of the place that was tried last.
        """
        if self._folder is None or not self._folder.is_dir():
            self._folder = self._made()
        return self._folder

    def close(self) -> None:
        """Remove the folder and all files in it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        self._unlock()

    def _made(self) -> Path:
        self._unlock()
        for base in _bases():
            try:
                _require_private(base)
                with _locked(base):  # else another start could take the folder for one that was left behind
                    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
                    self._lock = _lock(folder)
            except OSError as error:
                failure = error
            else:
                return folder
        raise failure

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _bases() -> Iterator[Path]:
    """Give the folders that run folders may lie in, the best first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    with contextlib.suppress(OSError):  # sudo may leave another user's
        if runtime and Path(runtime).stat().st_uid == os.geteuid():
            yield Path(runtime).absolute() / "signage"
    yield signage_home() / "run"
    yield Path(tempfile.gettempdir()) / f"signage-{os.geteuid()}"


def _require_private(base: Path) -> None:
    """Make a folder that only this user can enter, if it is not there yet.

    Raises:
        OSError: it can't be made, or is somebody else's.
    """
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = base.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "is another user's", str(base))
    base.chmod(0o700)


def _remove_stale(base: Path) -> None:
    """Remove the run folders whose owner is gone.

    Raises:
        OSError: there is no such base, or it can't be locked.
    """
    if base.lstat().st_uid != os.geteuid():
        return
    with _locked(base):
        for folder in base.glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):  # its owner lives
                descriptor = _lock(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(descriptor)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lock(folder: Path) -> int:
    """Lock a folder as long as the descriptor that is returned stays open.

    Raises:
        BlockingIOError: somebody else holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
