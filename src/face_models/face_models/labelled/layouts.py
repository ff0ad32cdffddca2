"""The layouts of folders of labelled faces: UTKFace, a CSV list of images, K-FACE; which one a folder has.

UTKFace has the label in the name, ``age_gender_race_date.jpg``. Source: the description on the data set's page (Zhang
et al., "Age Progression/Regression by Conditional Adversarial Autoencoder", 2017).

K-FACE is ``SUBJECT/S00x/Lx/E0x/Cx.jpg`` (accessory, light, expression, camera), and a CSV of subject, sex and age.
Source: public descriptions of the data set (Choi et al., "K-FACE: A Large-Scale KIST Face Database in Consideration
with Unconstrained Environments", 2021). It was not tried on the licensed images themselves, so what may differ, the
pattern of the paths and the columns of the table, can be set.
"""

from __future__ import annotations

import re
import reprlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from face_inference.networks.model_files import one_line
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

from face_models.labelled.faces import (
    LabelError,
    LabelledFace,
    LabelledSet,
    Skipped,
    find_images,
    is_file,
    parse_age,
    parse_gender,
    sort_by_path,
)
from face_models.labelled.label_tables import Columns, Row, find_tables, read_rows

LAYOUTS = UTKFACE, CSV, KFACE = "utkface", "csv", "kface"
UTKFACE_GROUPS = ("white", "black", "asian", "indian", "others")
KFACE_PATTERN = r"(?:.*/)?(?P<subject>[^/]+)/S\d+/L\d+/E\d+/C\d+\.(?:jpe?g|png)"

_UTKFACE_NAME = re.compile(r"(\d{1,3})_([01])_([0-4])_.+")
_CSV_COLUMNS = ("path", "age", "gender")
_KFACE_COLUMNS = ("subject", "age", "gender")


@dataclass(frozen=True)
class LayoutOptions:
    """How a folder is read.

    Attributes:
        layout: one of LAYOUTS; None: whatever it looks like.
        columns: the columns of its table.
        pattern: the paths of K-FACE.
    """

    layout: str | None = None
    columns: Columns = field(default_factory=Columns)
    pattern: str = KFACE_PATTERN


def read_labelled(folder: Path, options: LayoutOptions) -> LabelledSet:
    """Read the labelled faces of a folder.

    Raises:
        ConfigurationError: it is no folder, or holds no labelled face.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise ConfigurationError(f"{folder}: expected a folder of labelled faces, {error.strerror}") from None
    layout = options.layout or _recognise(folder, options.columns)
    if layout == CSV:
        labelled = _read_csv(folder, options.columns)
    elif layout == KFACE:
        labelled = _read_kface(folder, options.columns, options.pattern)
    else:
        labelled = _read_utkface(folder)
    if not labelled.faces:
        hint = f"; {labelled.skipped[0].place}: {labelled.skipped[0].reason}" if labelled.skipped else ""
        raise ConfigurationError(f"{folder}: expected labelled faces ({layout}), got none{hint}")
    return labelled


def _recognise(folder: Path, columns: Columns) -> str:
    """Return the layout that a folder looks like.

    Raises:
        ConfigurationError: it looks like none.
    """
    if find_tables(folder, columns, _CSV_COLUMNS):
        return CSV
    if find_tables(folder, columns, _KFACE_COLUMNS):
        return KFACE
    images = find_images(folder)
    if any(_UTKFACE_NAME.fullmatch(path.name) for path in images):
        return UTKFACE
    raise ConfigurationError(
        f"{folder}: expected names such as 26_1_2_20170104.jpg or a CSV file with path, age and gender "
        f"(K-FACE: subject, age and gender), got {len(images)} images without labels"
    )


def _read_utkface(folder: Path) -> LabelledSet:
    """Read the labels in the names of all images in a folder and below."""
    faces, skipped = [], []
    for path in find_images(folder):
        try:
            faces.append(_parse_utkface_name(path))
        except LabelError as error:
            skipped.append(Skipped(str(path), str(error)))
    return LabelledSet(UTKFACE, sort_by_path(faces), tuple(skipped), is_cropped=True)


def _parse_utkface_name(path: Path) -> LabelledFace:
    match = _UTKFACE_NAME.fullmatch(path.name)
    if match is None:
        raise LabelError(f"expected a name such as 26_1_2_20170104.jpg (age, gender, race, date), got {path.name!r}")
    return LabelledFace(path, parse_gender(match[2]), parse_age(match[1]), group=UTKFACE_GROUPS[int(match[3])])


def _read_csv(folder: Path, columns: Columns) -> LabelledSet:
    """Read the images that the one fitting CSV file in a folder lists.

    Raises:
        ConfigurationError: there is no such file, or more than one.
    """
    faces, skipped = [], []
    for row in read_rows(_only_table(folder, columns, _CSV_COLUMNS), columns, _CSV_COLUMNS):
        try:
            faces.append(_parse_csv_row(row, folder))
        except LabelError as error:
            skipped.append(Skipped(row.place, str(error)))
    return LabelledSet(CSV, sort_by_path(faces), tuple(skipped), is_cropped=True)


def _parse_csv_row(row: Row, folder: Path) -> LabelledFace:
    path = folder / row.get("path")
    if not is_file(path):
        raise LabelError(f"expected an image, got no file {one_line(path)}")
    gender, age_years = parse_gender(row.get("gender")), parse_age(row.get("age"))
    return LabelledFace(path, gender, age_years, row.cells.get("subject") or None, row.cells.get("group", ""))


def _only_table(folder: Path, columns: Columns, needed: tuple[str, ...]) -> Path:
    tables = find_tables(folder, columns, needed)
    if len(tables) != 1:
        found = ", ".join(path.name for path in tables) or "none"
        raise ConfigurationError(f"{folder}: expected one CSV file with the columns {', '.join(needed)}, got {found}")
    return tables[0]


@dataclass(frozen=True)
class _Person:
    gender: Gender
    age_years: float
    group: str


def _read_kface(folder: Path, columns: Columns, pattern: str) -> LabelledSet:
    """Read the images whose path, from the folder on, fits a pattern with a group ``subject``.

    Images of a subject without label are left out, and so is what does not fit the pattern.

    Raises:
        ConfigurationError: there is not exactly one table, or the pattern is none.
    """
    shape = _compile_pattern(pattern)
    persons, skipped = _read_persons(_only_table(folder, columns, _KFACE_COLUMNS), columns)
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
    return LabelledSet(KFACE, sort_by_path(faces), tuple(skipped), is_cropped=False)


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        shown = reprlib.repr(pattern)
        raise ConfigurationError(f"--pattern: expected a regular expression, {error}, got {shown}") from error
    if "subject" not in compiled.groupindex:
        raise ConfigurationError(f"--pattern: expected a group (?P<subject>...), got {pattern!r}")
    return compiled


def _read_persons(table: Path, columns: Columns) -> tuple[Mapping[str, _Person], list[Skipped]]:
    """Read the label of each subject."""
    persons: dict[str, _Person] = {}
    skipped = []
    for row in read_rows(table, columns, _KFACE_COLUMNS):
        try:
            label = _Person(parse_gender(row.get("gender")), parse_age(row.get("age")), row.cells.get("group", ""))
            persons[row.get("subject")] = label
        except LabelError as error:
            skipped.append(Skipped(row.place, str(error)))
    return persons, skipped
