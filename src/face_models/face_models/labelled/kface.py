"""K-FACE: ``SUBJECT/S00x/Lx/E0x/Cx.jpg`` (accessory, light, expression, camera), and a CSV of subject, sex and age.

Source: public descriptions of the data set (Choi et al., "K-FACE: A Large-Scale KIST Face Database in Consideration
with Unconstrained Environments", 2021). It was not tried on the licensed images themselves, so what may differ, the
pattern of the paths and the columns of the table, can be set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

from face_models.labelled.faces import (
    LabelError,
    LabelledFace,
    LabelledSet,
    Skipped,
    find_images,
    in_order,
    parse_age,
    parse_gender,
)
from face_models.labelled.tables import Columns, read_rows, tables_with

LAYOUT = "kface"
NEEDED = ("subject", "age", "gender")
PATTERN = r"(?:.*/)?(?P<subject>[^/]+)/S\d+/L\d+/E\d+/C\d+\.(?:jpe?g|png)"


@dataclass(frozen=True)
class _Person:
    gender: Gender
    age_years: float
    group: str


def read_kface(folder: Path, columns: Columns, pattern: str = PATTERN) -> LabelledSet:
    """Read the images whose path, from the folder on, fits a pattern with a group ``subject``.

    Images of a subject without label are left out, and so is what does not fit the pattern.

    Raises:
        ConfigurationError: there is not exactly one table, or the pattern is none.
    """
    shape = compile_pattern(pattern)
    persons, skipped = _read_persons(_find_table(folder, columns), columns)
    faces: list[LabelledFace] = []
    unknown: Counter[str] = Counter()
    for path in find_images(folder):
        match = shape.fullmatch(path.relative_to(folder).as_posix())
        if match is None:
            continue
        person = persons.get(match["subject"])
        if person is None:
            unknown[match["subject"]] += 1
        else:
            faces.append(LabelledFace(path, person.gender, person.age_years, match["subject"], person.group))
    skipped += [
        Skipped(name, f"expected a label of this subject, got {n} images and none") for name, n in unknown.items()
    ]
    return LabelledSet(LAYOUT, in_order(faces), tuple(skipped), is_cropped=False)


def _find_table(folder: Path, columns: Columns) -> Path:
    tables = tables_with(folder, columns, NEEDED)
    if len(tables) != 1:
        found = ", ".join(path.name for path in tables) or "none"
        raise ConfigurationError(f"{folder}: expected one CSV file with the columns {', '.join(NEEDED)}, got {found}")
    return tables[0]


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return the pattern of the paths.

    Raises:
        ConfigurationError: it is no regular expression, or has no group ``subject``.
    """
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ConfigurationError(f"--pattern: expected a regular expression, {error}, got {pattern!r}") from error
    if "subject" not in compiled.groupindex:
        raise ConfigurationError(f"--pattern: expected a group (?P<subject>...), got {pattern!r}")
    return compiled


def _read_persons(table: Path, columns: Columns) -> tuple[Mapping[str, _Person], list[Skipped]]:
    persons: dict[str, _Person] = {}
    skipped = []
    for row in read_rows(table, columns, NEEDED):
        try:
            label = _Person(parse_gender(row.get("gender")), parse_age(row.get("age")), row.cells.get("group", ""))
            persons[row.get("subject")] = label
        except LabelError as error:
            skipped.append(Skipped(row.place, str(error)))
    return persons, skipped
