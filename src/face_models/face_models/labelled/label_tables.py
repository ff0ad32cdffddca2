"""CSV files of labels, read by the names of their columns, which differ from data set to data set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from face_inference.networks.model_files import one_line
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from face_models.labelled.faces import LabelError

_MOST_BYTES = 256 << 20

# What else a column is often called.
_OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "path": ("file", "image", "filename", "img_path"),
    "age": ("age_years", "나이", "연령"),
    "gender": ("sex", "성별"),
    "subject": ("id", "subject_id", "person", "scode"),
    "group": ("race", "ethnicity"),
}


@dataclass(frozen=True)
class Columns:
    """Which columns hold what.

    Attributes:
        names: the columns' names by what they hold (path, age, gender, subject, group); what is not named is looked
            for by its own name and by others that it often has.
    """

    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, what: str, header: Sequence[str]) -> str | None:
        """Return which column of a header holds something; None if none does."""
        wanted = [self.names[what]] if what in self.names else [what, *_OTHER_NAMES[what]]
        lower = {name.strip().lower(): name for name in header}
        return next((lower[name.lower()] for name in wanted if name.lower() in lower), None)


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        place: file and line.
        cells: by what they hold; what the table lacks is not in it.
    """

    place: str
    cells: Mapping[str, str]

    def get(self, what: str) -> str:
        """Return a cell.

        Raises:
            LabelError: it is empty or missing.
        """
        text = self.cells.get(what, "")
        if not text:
            raise LabelError(f"expected a value in the column {what}, got none")
        return text


def _read_header(path: Path) -> list[str]:
    """Return the names of a table's columns; none if it is not a table."""
    try:
        return next(csv.reader(_read_text(path)), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def read_rows(path: Path, columns: Columns, needed: Sequence[str]) -> Iterator[Row]:
    """Read a table line by line.

    Raises:
        ConfigurationError: it can't be read, or lacks a column that is needed.
    """
    try:
        reader = csv.DictReader(_read_text(path))
        header = list(reader.fieldnames or [])
        found = {what: name for what in _OTHER_NAMES if (name := columns.find(what, header)) is not None}
        missing = [columns.names.get(what, what) for what in needed if what not in found]
        if missing:
            raise ConfigurationError(f"{path}: expected a column {missing[0]!r}, got {one_line(', '.join(header))}")
        for cells in reader:
            texts = {what: (cells[name] or "").strip() for what, name in found.items()}
            yield Row(f"{path}:{reader.line_num}", texts)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or one_line(error)
        raise ConfigurationError(f"{path}: expected a CSV file in UTF-8, {reason}") from error


def _read_text(path: Path) -> io.StringIO:
    return io.StringIO(read_file(path, _MOST_BYTES).decode("utf-8-sig"), newline="")


def find_tables(folder: Path, columns: Columns, needed: Sequence[str]) -> list[Path]:
    """Return the CSV files right in a folder that have all the columns needed."""
    headers = {path: _read_header(path) for path in sorted(folder.glob("*.csv"))}
    return [path for path, header in headers.items() if all(columns.find(what, header) for what in needed)]
