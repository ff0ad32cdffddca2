"""A catalogue that was read and checked: where its file lies, how it is loaded, and what it holds."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import ValidationError
from signage_common.files import read_file
from signage_common.home import expand_user, require

from signage_catalogue.containers import EXTENSIONS
from signage_catalogue.document import Document, DocumentError, parse_document
from signage_catalogue.error_messages import problems_of
from signage_catalogue.errors import CatalogueError, FieldPath, Problem, field_name
from signage_catalogue.films import FilmReader, check_film
from signage_catalogue.media import MediaError, inspect, resolve_inside
from signage_catalogue.schema import LONGEST_S, SHORTEST_S, Campaign, CatalogueFile, CreativeEntry

MEDIA_PREFIX = "/media/"
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Creative:
    """A film or picture that a screen can show.

    Attributes:
        name: in the catalogue, any UTF-8.
        path: the real file, links followed, known to lie in an allowed folder.
        duration_s: how long one showing takes, at least half a second.
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
        digest: the first 16 hexadecimal digits of a SHA-256 over its bytes and those of its creatives' files.
        media: the files that it names, before symbolic links are followed.
    """

    path: Path
    timezone: zoneinfo.ZoneInfo
    fallback: tuple[str, ...]
    creatives: Mapping[str, Creative]
    campaigns: Mapping[str, Campaign]
    digest: str
    media: tuple[Path, ...] = ()

    @property
    def house_playlist(self) -> tuple[Creative, ...]:
        """Return the creatives of the fallback in their order."""
        return tuple(self.creatives[name] for name in self.fallback)


def catalogue_paths(catalog: str, media_root: str = "") -> tuple[Path, Path | None]:
    """Return the catalogue's file, and the other folder in which creatives may lie.

    Args:
        catalog: the file; empty for the one that the set-up made, media/ads.yaml below $SIGNAGE_HOME.
        media_root: the folder; empty for none.

    Raises:
        ConfigurationError: no catalogue is named, and the set-up has made none.
    """
    path = expand_user(catalog) if catalog else require("media", "ads.yaml")
    return path, expand_user(media_root) if media_root else None


def load_catalogue(path: Path, media_root: Path | None = None) -> Catalogue:
    """Load and check a catalogue file and every creative's file.

    Args:
        path: the YAML file; its creatives' files are relative to its folder.
        media_root: another folder in which creatives may lie.

    Raises:
        CatalogueError: it can't be used; all its problems are named with line and field.
    """
    try:
        return _load(path, media_root)
    except CatalogueError:
        raise
    except Exception as error:  # whatever a file does to those who read it, the sign goes on
        raise _file_error(path, f"expected a readable catalogue, got {type(error).__name__}: {error}") from error


def _load(path: Path, media_root: Path | None) -> Catalogue:
    raw = _read(path)
    document = _parse(path, raw)
    entries = _validate(path, document)
    folder = path.absolute().parent
    media = tuple(folder / entry.file for entry in entries.creatives.values())
    problems = list(_unknown_names(entries, document))
    creatives = {}
    with FilmReader() as films:
        for name, entry in entries.creatives.items():
            try:
                creatives[name] = _make_creative(name, entry, folder, media_root, films)
            except MediaError as error:
                problems.append(_problem(document, ("creatives", name, error.field), str(error)))
    if problems:
        raise CatalogueError(path, problems, media)
    digest = _digest(raw, creatives)
    return Catalogue(path, entries.timezone, entries.fallback, creatives, entries.campaigns, digest, media)


def _digest(raw: bytes, creatives: Mapping[str, Creative]) -> str:
    """Return the hash of what a choice depends on: the catalogue's bytes and what is in each creative's file."""
    contents = [creatives[name].digest for name in sorted(creatives)]
    return hashlib.sha256("\n".join([hashlib.sha256(raw).hexdigest(), *contents]).encode()).hexdigest()[:16]


def _read(path: Path) -> bytes:
    try:
        return read_file(path, MAX_BYTES)
    except OSError as error:
        raise _file_error(path, f"expected a catalogue in YAML, got: {error.strerror}") from None


def _parse(path: Path, raw: bytes) -> Document:
    try:
        return parse_document(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CatalogueError(path, [Problem(line, "", "expected UTF-8")]) from None
    except DocumentError as error:
        raise CatalogueError(path, [error.problem]) from None


def _validate(path: Path, document: Document) -> CatalogueFile:
    if not isinstance(document.data, dict):
        kind = "list" if isinstance(document.data, list) else "single value"
        found = "nothing" if document.data is None else f"a {kind}"
        raise _file_error(path, f"expected the fields version, fallback and creatives, got {found}")
    try:
        return CatalogueFile.model_validate(document.data)
    except ValidationError as error:
        raise CatalogueError(path, problems_of(error, document)) from None


def _unknown_names(entries: CatalogueFile, document: Document) -> Iterator[Problem]:
    """Find names in the fallback and in campaigns that are no creatives."""
    lists: dict[FieldPath, tuple[str, ...]] = {("fallback",): entries.fallback}
    lists.update((("campaigns", name, "creatives"), entry.creatives) for name, entry in entries.campaigns.items())
    for place, names in lists.items():
        for index, name in enumerate(names):
            if name not in entries.creatives:
                yield _problem(document, (*place, index), f"expected the name of a creative, got {name!r}")


def _make_creative(
    name: str, entry: CreativeEntry, folder: Path, media_root: Path | None, films: FilmReader
) -> Creative:
    path = resolve_inside(entry.file, folder, media_root)
    media = inspect(path)
    plays_s = None
    if not media.is_picture:
        film = films.read(path)
        check_film(film, media.media_type)
        plays_s = film.duration_s
    duration_s = entry.duration_s or _duration_of_file(plays_s, media.is_picture)
    return Creative(name, path, duration_s, entry.ad_id, media.media_type, media.digest)


def _duration_of_file(plays_s: float | None, is_picture: bool) -> float:
    if is_picture:
        raise MediaError("expected this field, which a picture requires", "duration_s")
    if plays_s is None:
        raise MediaError("expected this field, because the film does not tell how long it plays", "duration_s")
    if not SHORTEST_S <= plays_s <= LONGEST_S:
        problem = f"expected this field, because the film plays {plays_s:.3g} s"
        raise MediaError(f"{problem}; allowed are {SHORTEST_S} to {LONGEST_S} s", "duration_s")
    return plays_s


def _problem(document: Document, place: FieldPath, message: str) -> Problem:
    return Problem(document.line_of(place), field_name(place), message)


def _file_error(path: Path, message: str) -> CatalogueError:
    return CatalogueError(path, [Problem(0, "", message)])
