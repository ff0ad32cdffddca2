"""Which layout a folder of labelled faces has."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from signage_common.errors import ConfigurationError

from face_models.labelled import kface, listed, utkface
from face_models.labelled.faces import LabelledSet, find_images
from face_models.labelled.tables import Columns, tables_with

LAYOUTS = (utkface.LAYOUT, listed.LAYOUT, kface.LAYOUT)


@dataclass(frozen=True)
class Reading:
    """How a folder is read.

    Attributes:
        layout: one of LAYOUTS; None: whatever it looks like.
        columns: the columns of its table.
        pattern: the paths of K-FACE.
    """

    layout: str | None = None
    columns: Columns = field(default_factory=Columns)
    pattern: str = kface.PATTERN


def read_labelled(folder: Path, reading: Reading) -> LabelledSet:
    """Read the labelled faces of a folder.

    Raises:
        ConfigurationError: it is no folder, or holds no labelled face.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: expected a folder of labelled faces, got {_kind(folder)}")
    layout = reading.layout or _recognise(folder, reading.columns)
    if layout == listed.LAYOUT:
        labelled = listed.read_listed(folder, reading.columns)
    elif layout == kface.LAYOUT:
        labelled = kface.read_kface(folder, reading.columns, reading.pattern)
    else:
        labelled = utkface.read_utkface(folder)
    if not labelled.faces:
        hint = f"; {labelled.skipped[0].place}: {labelled.skipped[0].reason}" if labelled.skipped else ""
        raise ConfigurationError(f"{folder}: expected labelled faces ({layout}), got none{hint}")
    return labelled


def _recognise(folder: Path, columns: Columns) -> str:
    """Return the layout that a folder looks like.

    Raises:
        ConfigurationError: it looks like none.
    """
    if tables_with(folder, columns, listed.NEEDED):
        return listed.LAYOUT
    if tables_with(folder, columns, kface.NEEDED):
        return kface.LAYOUT
    images = find_images(folder)
    if any(utkface.is_utkface_name(path) for path in images):
        return utkface.LAYOUT
    raise ConfigurationError(
        f"{folder}: expected names such as 26_1_2_20170104.jpg or a CSV file with path, age and gender "
        f"(K-FACE: subject, age and gender), got {len(images)} images without labels"
    )


def _kind(folder: Path) -> str:
    return "a file" if folder.exists() else "nothing there"
