"""A catalogue that was read and checked."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from signage_catalogue.media import EXTENSIONS
from signage_catalogue.schema import Campaign

MEDIA_PREFIX = "/media/"


@dataclass(frozen=True)
class Creative:
    """A film or picture that a screen can show.

    Attributes:
        name: in the catalogue, any UTF-8.
        path: the real file, links followed, known to lie in an allowed folder.
        duration_s: how long one showing takes, above 0.
        ad_id: the advertiser's own identifier; empty if it has none.
        media_type: such as ``video/webm``, from the content.
        digest: the first 16 hexadecimal digits of the content's SHA-256.
    """

    name: str
    path: Path
    duration_s: float
    ad_id: str
    media_type: str
    digest: str

    @property
    def url(self) -> str:
        """Return the path-absolute address: by name and content, never by path."""
        return f"{MEDIA_PREFIX}{quote(self.name, safe='')}.{self.digest}.{EXTENSIONS[self.media_type]}"


@dataclass(frozen=True)
class Catalogue:
    """What may be shown to whom.

    Attributes:
        path: the file that it was read from.
        timezone: in which its dates and times of day are meant.
        fallback: names of the house playlist's creatives, at least one.
        creatives: by name.
        campaigns: by name.
        media: the files that it names, before symbolic links are followed.
    """

    path: Path
    timezone: zoneinfo.ZoneInfo
    fallback: tuple[str, ...]
    creatives: Mapping[str, Creative]
    campaigns: Mapping[str, Campaign]
    media: tuple[Path, ...] = ()

    @property
    def house_playlist(self) -> tuple[Creative, ...]:
        """Return the creatives of the fallback in their order."""
        return tuple(self.creatives[name] for name in self.fallback)
