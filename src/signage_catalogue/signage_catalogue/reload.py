"""Notice that a catalogue or a file that it names changed, and load it again without stopping the caller."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from signage_catalogue import Catalogue, CatalogueError, load_catalogue

FileState = tuple[int, int, int]


class CatalogueWatch:
    """A catalogue file and the files that it names, looked at whenever ``poll`` is called.

    Attributes:
        catalogue: the newest one that could be used.
        error: why the newest version was refused; None if it is in use.
    """

    def __init__(self, path: Path, media_root: Path | None = None) -> None:
        """Load the catalogue for the first time.

        Raises:
            CatalogueError: it can't be used.
        """
        self.error: CatalogueError | None = None
        self._path = path
        self._media_root = media_root
        self._seen = {path: file_state(path)}
        self.catalogue = load_catalogue(path, media_root)
        self._watch(self.catalogue.media)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="catalogue")
        self._loading: Future[Catalogue] | None = None

    def poll(self) -> Catalogue | CatalogueError | None:
        """Look once, and return what is new: a catalogue, the reason why it was refused, or nothing.

        Loading goes on in the background; its result is returned by a later call.
        """
        if self._loading is not None:
            return self._take(self._loading) if self._loading.done() else None
        states = {file: file_state(file) for file in self._seen}
        if states != self._seen:
            self._seen = states
            self._loading = self._worker.submit(load_catalogue, self._path, self._media_root)
        return None

    def close(self) -> None:
        """Stop the background thread."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _take(self, loading: Future[Catalogue]) -> Catalogue | CatalogueError:
        self._loading = None
        try:
            self.catalogue = loading.result()
        except CatalogueError as error:
            self.error = error
            self._watch(error.media)
            return error
        self.error = None
        self._watch(self.catalogue.media)
        return self.catalogue

    def _watch(self, media: Iterable[Path]) -> None:
        """Watch these files from now on; of those watched already the state before the last loading counts."""
        files = [self._path, *media]
        self._seen = {file: self._seen[file] if file in self._seen else file_state(file) for file in files}


def file_state(path: Path) -> FileState | None:
    """Return what tells a changed file from the old one: time of change, size and inode; None if it is missing."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
