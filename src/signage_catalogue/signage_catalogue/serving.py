"""What screens may fetch: the files of the catalogue's creatives by address, kept up to date while it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from signage_catalogue.catalogue import Catalogue, Creative
from signage_catalogue.files import FileState, file_state
from signage_catalogue.reload import CatalogueWatch, ReloadResult

LOOK_S = 0.25
CATCH_UP_LOOK_S = 0.02
CATCH_UP_S = 3.0


@dataclass(frozen=True)
class ServedFile:
    """One creative's file as it was when its digest was made."""

    creative: Creative
    state: FileState

    @property
    def size_bytes(self) -> int:
        """Return the length of the file."""
        return self.state[1]

    def is_unchanged(self) -> bool:
        """Tell whether the file still is what its address says."""
        return file_state(self.creative.path) == self.state


@dataclass(frozen=True)
class MediaIndex:
    """The files of a catalogue's creatives by the paths of their addresses, percent-decoded."""

    catalogue: Catalogue
    by_path: Mapping[str, ServedFile]

    def find(self, raw_path: str) -> ServedFile | None:
        """Return the file at a path as it stands in the request line; None if the catalogue has none there."""
        try:
            return self.by_path.get(unquote(raw_path, errors="strict"))
        except UnicodeDecodeError:
            return None


def index_media(catalogue: Catalogue) -> MediaIndex:
    """Index the creatives of a catalogue; a file that vanished meanwhile is left out."""
    by_path = {}
    for creative in catalogue.creatives.values():
        state = file_state(creative.path)
        if state is not None:
            by_path[unquote(creative.url)] = ServedFile(creative, state)
    return MediaIndex(catalogue, by_path)


class LiveCatalogue:
    """The catalogue of this moment: follows the file in an asyncio loop.

    Attributes:
        media: the files that may be served now.
    """

    def __init__(self, watch: CatalogueWatch, on_reload: Callable[[ReloadResult], None]) -> None:
        """Take the catalogue that the watch has loaded.

        Args:
            watch: looks at the files; from now on nobody else may poll it.
            on_reload: is called with every new catalogue, and with the reason whenever one is refused.
        """
        self._watch = watch
        self._on_reload = on_reload
        self._take(watch.catalogue)

    @property
    def problem(self) -> str:
        """Return why the newest version of the catalogue is refused, for everybody; empty if it is in use."""
        return self._watch.error.public if self._watch.error else ""

    async def run(self) -> None:
        """Look at the files until cancelled."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_S)

    async def find(self, raw_path: str) -> ServedFile | None:
        """Return the file at a path; None if there is none.

        A path that is not known yet may belong to a catalogue that is being loaded; that is waited for.
        """
        file = self._find(raw_path)
        if file is None and self._is_behind():
            await self._catch_up()
            file = self._find(raw_path)
        return file

    def _find(self, raw_path: str) -> ServedFile | None:
        file = self.media.find(raw_path)
        return file if file is not None and file.is_unchanged() else None

    def _is_behind(self) -> bool:
        media_changed = any(not file.is_unchanged() for file in self.media.by_path.values())
        return media_changed or file_state(self._watch.catalogue.path) != self._state

    async def _catch_up(self) -> None:
        for _ in range(round(CATCH_UP_S / CATCH_UP_LOOK_S)):
            if self._look() or not self._is_behind():
                return
            await asyncio.sleep(CATCH_UP_LOOK_S)

    def _look(self) -> bool:
        result = self._watch.poll()
        if result is None:
            return False
        self._state = file_state(self._watch.catalogue.path)
        if isinstance(result, Catalogue):
            self._take(result)
        self._on_reload(result)
        return True

    def _take(self, catalogue: Catalogue) -> None:
        self.media: MediaIndex = index_media(catalogue)
        self._state = file_state(catalogue.path)
