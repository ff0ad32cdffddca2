"""A CSV file that lists images: path (relative to the file), age, gender, perhaps subject and group."""

from __future__ import annotations

from pathlib import Path

from signage_common.errors import ConfigurationError

from face_models.labelled.faces import (
    LabelError,
    LabelledFace,
    LabelledSet,
    Skipped,
    in_order,
    parse_age,
    parse_gender,
)
from face_models.labelled.tables import Columns, Row, read_rows, tables_with

LAYOUT = "csv"
NEEDED = ("path", "age", "gender")


def read_listed(folder: Path, columns: Columns) -> LabelledSet:
    """Read the images that the one fitting CSV file in a folder lists.

    Raises:
        ConfigurationError: there is no such file, or more than one.
    """
    tables = tables_with(folder, columns, NEEDED)
    if len(tables) != 1:
        found = ", ".join(path.name for path in tables) or "none"
        raise ConfigurationError(f"{folder}: expected one CSV file with the columns {', '.join(NEEDED)}, got {found}")
    faces, skipped = [], []
    for row in read_rows(tables[0], columns, NEEDED):
        try:
            faces.append(_read(row, folder))
        except LabelError as error:
            skipped.append(Skipped(row.place, str(error)))
    return LabelledSet(LAYOUT, in_order(faces), tuple(skipped), is_cropped=True)


def _read(row: Row, folder: Path) -> LabelledFace:
    path = folder / row.get("path")
    if not path.is_file():
        raise LabelError(f"expected an image, got no file {path}")
    gender, age_years = parse_gender(row.get("gender")), parse_age(row.get("age"))
    return LabelledFace(path, gender, age_years, row.cells.get("subject") or None, row.cells.get("group", ""))
