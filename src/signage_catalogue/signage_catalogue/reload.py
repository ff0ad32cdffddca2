"""Notice that a catalogue or a file that it names changed, and load it again without stopping the caller."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from signage_catalogue.catalogue import Catalogue, load_catalogue
from signage_catalogue.errors import CatalogueError
from signage_catalogue.files import file_state

ReloadResult = Catalogue | CatalogueError


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
        self._watch_files(self.catalogue.media)
        self._loading: Future[Catalogue] | None = None

    def poll(self) -> ReloadResult | None:
        """Look once, and return what is new: a catalogue, the reason why it was refused, or nothing.

        Loading goes on in the background; its result is returned by a later call.
        """
        if self._loading is not None:
            return self._take(self._loading) if self._loading.done() else None
        states = {file: file_state(file) for file in self._seen}
        if states != self._seen:
            loading: Future[Catalogue] = Future()
            # No end of the process waits for a daemon, however long a disk or a film takes.
            threading.Thread(target=self._load, args=(loading,), name="catalogue", daemon=True).start()
            self._seen, self._loading = states, loading
        return None

    def close(self) -> None:
        """Drop what is being loaded; nothing waits for it."""
        self._loading = None

    def _load(self, loading: Future[Catalogue]) -> None:
        try:
            loading.set_result(load_catalogue(self._path, self._media_root))
        except CatalogueError as error:
            loading.set_exception(error)

    def _take(self, loading: Future[Catalogue]) -> ReloadResult:
        self._loading = None
        try:
            self.catalogue = loading.result()
        except CatalogueError as error:
            self.error = error
            self._watch_files(error.media)
            return error
        self.error = None
        self._watch_files(self.catalogue.media)
        return self.catalogue

    def _watch_files(self, media: Iterable[Path]) -> None:
        """Watch these files from now on; of those watched already the state before the last loading counts."""
        files = [self._path, *media]
        self._seen = {file: self._seen[file] if file in self._seen else file_state(file) for file in files}
