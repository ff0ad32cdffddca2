"""The creatives that may be served: those of the catalogue, by address, as long as the content is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from signage_catalogue import Catalogue, Creative
from signage_catalogue.reload import FileState, file_state


@dataclass(frozen=True)
class Media:
    """One creative's file as it was when its digest was made."""

    creative: Creative
    state: FileState

    @property
    def size(self) -> int:
        """Return the length in bytes."""
        return self.state[1]

    def unchanged(self) -> bool:
        """Tell whether the file still is what its address says."""
        return file_state(self.creative.path) == self.state


@dataclass(frozen=True)
class MediaShelf:
    """The catalogue's creatives by the paths of their addresses, percent-decoded."""

    catalogue: Catalogue
    by_path: Mapping[str, Media]

    def find(self, raw_path: str) -> Media | None:
        """Return the creative at a path as it stands in the request line; None if the catalogue has none there."""
        try:
            return self.by_path.get(unquote(raw_path, errors="strict"))
        except UnicodeDecodeError:
            return None


def make_shelf(catalogue: Catalogue) -> MediaShelf:
    """Put the creatives of a catalogue on the shelf; a file that vanished meanwhile is left out."""
    shelf = {}
    for creative in catalogue.creatives.values():
        state = file_state(creative.path)
        if state is not None:
            shelf[unquote(creative.url)] = Media(creative, state)
    return MediaShelf(catalogue, shelf)
