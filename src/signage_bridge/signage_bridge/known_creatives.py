"""Which creatives a screen may report: those of the catalogue, and of its versions before, over restarts of the bridge.

A screen that was cut off may report a play weeks later, when its creative has left the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from signage_common.files import open_file, written_whole

MOST = 50_000
_MOST_BYTES = 16_000_000


class KnownCreatives(Collection[str]):
    """Names of creatives in the order in which a catalogue had them last; those of longest ago are forgotten first."""

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        """Read what was known; a file that holds something else counts as none.

        Args:
            path: the file that they are kept in, which need not exist.
            warn: is told why they can't be kept.
        """
        self._path = path
        self._warn = warn
        self._names = dict.fromkeys(self._read())

    def take(self, names: Iterable[str]) -> None:
        """Take in the names of a catalogue's creatives, and keep them."""
        before = list(self._names)
        for name in names:
            self._names.pop(name, None)
            self._names[name] = None
        for name in list(self._names)[:-MOST]:
            del self._names[name]
        if list(self._names) != before:
            self._write()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _read(self) -> list[str]:
        try:
            with open_file(self._path) as file:
                names = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return []
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with written_whole(self._path) as partial:
                partial.write_text(json.dumps(list(self._names), ensure_ascii=False, indent=0))
                partial.chmod(0o600)
        except (OSError, UnicodeEncodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self._warn(f"{self._path}: {reason}; after a restart, plays of creatives that have left can't be reported")
