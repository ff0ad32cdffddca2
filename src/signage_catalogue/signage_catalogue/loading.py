"""Load a catalogue: read, validate, check that its names and files exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from signage_catalogue.document import Document, DocumentError, parse_document
from signage_catalogue.duration import read_duration_s
from signage_catalogue.errors import CatalogueError, FieldPath, Problem, field_name
from signage_catalogue.media import MediaError, inspect, resolve_inside
from signage_catalogue.model import Catalogue, Creative
from signage_catalogue.schema import CatalogueFile, CreativeEntry
from signage_catalogue.words import problems_of

MAX_BYTES = 1 << 20


def load_catalogue(path: Path, media_root: Path | None = None) -> Catalogue:
    """Load and check a catalogue file and every creative's file.

    Args:
        path: the YAML file; its creatives' files are relative to its folder.
        media_root: another folder in which creatives may lie.

    Raises:
        CatalogueError: it can't be used; all its problems are named with line and field.
    """
    document = _read_document(path)
    entries = _validate(path, document)
    folder = path.absolute().parent
    media = tuple(folder / entry.file for entry in entries.creatives.values())
    problems = list(_unknown_names(entries, document))
    creatives = {}
    for name, entry in entries.creatives.items():
        try:
            creatives[name] = _make_creative(name, entry, folder, media_root)
        except MediaError as error:
            problems.append(_problem(document, ("creatives", name, error.field), str(error)))
    if problems:
        raise CatalogueError(path, problems, media)
    return Catalogue(path, entries.timezone, entries.fallback, creatives, entries.campaigns, media)


def _read_document(path: Path) -> Document:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _whole(path, f"expected a catalogue in YAML, got: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise _whole(path, f"expected at most {MAX_BYTES} bytes")
    try:
        return parse_document(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CatalogueError(path, [Problem(line, "", "expected UTF-8")]) from None
    except DocumentError as error:
        raise CatalogueError(path, [error.problem]) from None


def _validate(path: Path, document: Document) -> CatalogueFile:
    if not isinstance(document.data, dict):
        raise _whole(path, "expected the fields version, fallback, creatives and campaigns, got none")
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


def _make_creative(name: str, entry: CreativeEntry, folder: Path, media_root: Path | None) -> Creative:
    path = resolve_inside(entry.file, folder, media_root)
    media = inspect(path)
    duration_s = entry.duration_s
    if duration_s is None and media.is_picture:
        raise MediaError("expected this field, which a picture requires", "duration_s")
    if duration_s is None:
        duration_s = read_duration_s(path)
    return Creative(name, path, duration_s, entry.ad_id, media.media_type, media.digest)


def _problem(document: Document, place: FieldPath, message: str) -> Problem:
    return Problem(document.line_of(place), field_name(place), message)


def _whole(path: Path, message: str) -> CatalogueError:
    return CatalogueError(path, [Problem(0, "", message)])
