"""UTKFace: the label is in the name, ``age_gender_race_date.jpg``; gender 0 is male, 1 female.

Source: the description on the data set's page (Zhang et al., "Age Progression/Regression by Conditional Adversarial
Autoencoder", 2017).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

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

LAYOUT = "utkface"
GROUPS = ("white", "black", "asian", "indian", "others")

_NAME = re.compile(r"(\d{1,3})_([01])_([0-4])_.+")


def read_utkface(folder: Path) -> LabelledSet:
    """Read all images in a folder and below."""
    return read_names(find_images(folder))


def read_names(paths: Iterable[Path]) -> LabelledSet:
    """Read the labels in the names of images."""
    faces, skipped = [], []
    for path in paths:
        try:
            faces.append(_read(path))
        except LabelError as error:
            skipped.append(Skipped(str(path), str(error)))
    return LabelledSet(LAYOUT, in_order(faces), tuple(skipped), is_cropped=True)


def is_utkface_name(path: Path) -> bool:
    """Tell whether a name is one of UTKFace."""
    return _NAME.fullmatch(path.name) is not None


def _read(path: Path) -> LabelledFace:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise LabelError(f"expected a name such as 26_1_2_20170104.jpg (age, gender, race, date), got {path.name!r}")
    return LabelledFace(path, parse_gender(match[2]), parse_age(match[1]), group=GROUPS[int(match[3])])
