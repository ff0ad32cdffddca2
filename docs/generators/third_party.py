"""Write the package tables of THIRD_PARTY.md from the metadata of what the locks install, extras included."""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pages import ROOT, markdown_table, replace_between

PAGE = ROOT / "THIRD_PARTY.md"
LOCKS = {
    "nodes": "nodes",
    "ros": "ROS 2",
    "tools": "demonstration, benches, training",
    "browser": "snapshots, benches, checks",
    "test": "checks",
    "detectors": "`bench detectors`",
}
NPM_LOCKS = {"src/signage_bridge/web": "page", "src/face_models/npm": "models, golden tests"}
ROS_SOURCE = "https://github.com/ros2"
SOURCE_KEYS = ("source", "source code", "repository", "homepage", "home", "github", "code", "documentation")
STATED_IN_THEIR_SOURCE = {"ros-fastcdr": "Apache-2.0", "ros-fastdds": "Apache-2.0", "setuptools": "MIT"}
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def python_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Give name, version, licence, source and use of every locked Python package."""
    for lock, use in LOCKS.items():
        text = (ROOT / "requirements" / "locked" / f"{lock}-py3.11.txt").read_text()
        for name, version in _PINNED.findall(text):
            metadata = importlib.metadata.metadata(name)
            stated = STATED_IN_THEIR_SOURCE.get(name) or ros_licence(name) or licence(metadata)
            yield name, version, stated, source(name, metadata), use


def ros_licence(name: str) -> str | None:
    """Return the licence in the manifest of a ROS package, which its wheel's metadata lacks."""
    manifest = Path(sys.prefix) / "share" / name.removeprefix("ros-").replace("-", "_") / "package.xml"
    if not name.startswith("ros-") or not manifest.exists():
        return None
    return ", ".join(re.findall(r"<license[^>]*>([^<]+)</license>", manifest.read_text()))


def licence(metadata: importlib.metadata.PackageMetadata) -> str:
    """Return the licence that a package states: expression, else classifiers, else the field's first line."""
    classifiers = [c.split(" :: ")[-1] for c in metadata.get_all("Classifier") or [] if c.startswith("License :: ")]
    classifiers = [c for c in classifiers if c != "OSI Approved"]
    stated = metadata.get("License-Expression") or ", ".join(classifiers) or metadata.get("License") or ""
    lines = stated.strip().splitlines() or ["not stated"]
    return lines[0][:60]


def source(name: str, metadata: importlib.metadata.PackageMetadata) -> str:
    """Return where a package's source lies."""
    urls = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL") or [] if ", " in entry)
    lower = {key.lower(): url for key, url in urls.items()}
    found = next((lower[key] for key in SOURCE_KEYS if key in lower), None) or metadata.get("Home-page")
    return found if found and found.startswith("http") else (ROS_SOURCE if name.startswith("ros-") else "")


def npm_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Give the same of every locked npm package; those for other platforms are left out."""
    for folder, use in NPM_LOCKS.items():
        lock = json.loads((ROOT / folder / "package-lock.json").read_text())
        for path, entry in lock["packages"].items():
            if path and not entry.get("optional"):
                name = path.split("node_modules/")[-1]
                yield name, entry["version"], entry.get("license", "not stated"), f"npm package {name}", use


def table(rows: Iterator[tuple[str, str, str, str, str]]) -> str:
    """Return rows as a Markdown table, one row for a package and version."""
    uses: dict[tuple[str, str, str, str], list[str]] = {}
    for *package, use in rows:
        known = uses.setdefault((package[0], package[1], package[2], package[3]), [])
        known.extend([use] if use not in known else [])
    lines = [(*package, ", ".join(uses_of)) for package, uses_of in sorted(uses.items())]
    return markdown_table(("package", "version", "licence", "source", "for"), lines)


def pages() -> dict[Path, str]:
    """Return the page with both tables new.

    Raises:
        importlib.metadata.PackageNotFoundError: a locked package is not installed.
    """
    text = replace_between(PAGE.read_text(), "python-packages", table(python_rows()))
    return {PAGE: replace_between(text, "npm-packages", table(npm_rows()))}
