"""A hash over the inputs of a step, so that a step runs again only when they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

SKIPPED = {"__pycache__", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


def files_below(*places: Path) -> list[Path]:
    """Return all files of some files and folders, sorted, without caches."""
    found: set[Path] = set()
    for place in places:
        if place.is_dir():
            found.update(p for p in place.rglob("*") if p.is_file() and not _skipped(p.relative_to(place)))
        elif place.exists():
            found.add(place)
    return sorted(found)


def _skipped(path: Path) -> bool:
    return any(part in SKIPPED or part.endswith(".egg-info") for part in path.parts)


def fingerprint(contents: Iterable[Path] = (), names: Iterable[Path] = (), words: Iterable[object] = ()) -> str:
    """Return a hash of file contents with their names, of names alone, and of further words."""
    digest = hashlib.sha256()
    for path in contents:
        digest.update(f"file {path} ".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in names:
        digest.update(f"name {path}\n".encode())
    for word in words:
        digest.update(f"word {word}\n".encode())
    return digest.hexdigest()
