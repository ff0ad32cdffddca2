"""The catalogue of this moment, for those who serve it: follows the file while the bridge runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from signage_catalogue import Catalogue, CatalogueError
from signage_catalogue.reload import CatalogueWatch, file_state
from signage_catalogue.shelf import Media, MediaShelf, make_shelf

LOOK_S = 0.25
CATCH_UP_LOOK_S = 0.02
CATCH_UP_S = 3.0

News = Catalogue | CatalogueError


class CatalogueKeeper:
    """Keeps the shelf of creatives up to date.

    Attributes:
        shelf: the creatives that may be served now.
        names: names of all creatives that the catalogue has had since the start.
    """

    def __init__(self, watch: CatalogueWatch, tell: Callable[[News], None]) -> None:
        """Take the catalogue that the watch has loaded.

        Args:
            watch: looks at the files; from now on only the keeper may poll it.
            tell: is called with every new catalogue, and with the reason whenever one is refused.
        """
        self._watch = watch
        self._tell = tell
        self.names: set[str] = set()
        self._take(watch.catalogue)

    @property
    def problem(self) -> str:
        """Return why the newest version of the catalogue is refused; empty if it is in use."""
        return str(self._watch.error or "")

    async def run(self) -> None:
        """Look at the files until cancelled."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_S)

    async def find(self, raw_path: str) -> Media | None:
        """Return the creative at a path; None if there is none.

        A path that is not known yet may belong to a catalogue that is being loaded; that is waited for.
        """
        media = self._find(raw_path)
        if media is None and self._behind():
            await self._catch_up()
            media = self._find(raw_path)
        return media

    def _find(self, raw_path: str) -> Media | None:
        media = self.shelf.find(raw_path)
        return media if media is not None and media.unchanged() else None

    def _behind(self) -> bool:
        media_changed = any(not media.unchanged() for media in self.shelf.by_path.values())
        return media_changed or file_state(self._watch.catalogue.path) != self._state

    async def _catch_up(self) -> None:
        for _ in range(round(CATCH_UP_S / CATCH_UP_LOOK_S)):
            if self._look() or not self._behind():
                return
            await asyncio.sleep(CATCH_UP_LOOK_S)

    def _look(self) -> bool:
        news = self._watch.poll()
        if news is None:
            return False
        self._state = file_state(self._watch.catalogue.path)
        if isinstance(news, Catalogue):
            self._take(news)
        self._tell(news)
        return True

    def _take(self, catalogue: Catalogue) -> None:
        self.shelf: MediaShelf = make_shelf(catalogue)
        self._state = file_state(catalogue.path)
        self.names.update(catalogue.creatives)
