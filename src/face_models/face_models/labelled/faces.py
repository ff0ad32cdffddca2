"""A labelled face, the set that every layout is read into, and how the texts of labels are understood."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from signage_common.demographics import Gender

OLDEST_YEARS = 120.0
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})

_GENDERS = {
    **dict.fromkeys(("m", "male", "man", "남", "남성", "남자"), Gender.MALE),
    **dict.fromkeys(("f", "female", "woman", "여", "여성", "여자"), Gender.FEMALE),
    "0": Gender.MALE,  # the numbers as in UTKFace
    "1": Gender.FEMALE,
}


@dataclass(frozen=True)
class LabelledFace:
    """One image of one face, and what is known of the person.

    Attributes:
        path: the image.
        gender: female or male.
        age_years: at the time of the image, in [0, 120].
        subject: who it is; None if that isn't known.
        group: a group of people that is looked at separately; empty if none is given.
    """

    path: Path
    gender: Gender
    age_years: float
    subject: str | None = None
    group: str = ""

    @property
    def person(self) -> str:
        """Return what tells this person from others; where the subject isn't known, each image is its own."""
        return self.path.name if self.subject is None else self.subject


@dataclass(frozen=True)
class Skipped:
    """Something that was left out.

    Attributes:
        place: the file, or file and line.
        reason: what was expected and what came.
    """

    place: str
    reason: str


@dataclass(frozen=True)
class LabelledSet:
    """The labelled faces of a folder.

    Attributes:
        layout: how the folder is laid out.
        faces: in order of path.
        skipped: what has no valid label.
        is_cropped: whether each image shows one face and little else.
    """

    layout: str
    faces: tuple[LabelledFace, ...]
    skipped: tuple[Skipped, ...]
    is_cropped: bool


class LabelError(ValueError):
    """A label says nothing, or nothing possible."""


def parse_age(text: str) -> float:
    """Read an age in years.

    Raises:
        LabelError: the text is none.
    """
    try:
        age_years = float(text)
    except ValueError:
        age_years = -1.0
    if not 0 <= age_years <= OLDEST_YEARS:
        raise LabelError(f"expected an age from 0 to {OLDEST_YEARS:.0f}, got {reprlib.repr(text)}")
    return age_years


def parse_gender(text: str) -> Gender:
    """Read a gender: m, f, male, female, 0 (male), 1 (female), or the Korean words.

    Raises:
        LabelError: the text is none.
    """
    gender = _GENDERS.get(text.strip().lower())
    if gender is None:
        raise LabelError(f"expected a gender such as female or male, got {reprlib.repr(text)}")
    return gender


def find_images(folder: Path) -> list[Path]:
    """Return all images in a folder and below, in order of path."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in IMAGE_SUFFIXES and is_file(path))


def is_file(path: Path) -> bool:
    """Tell whether a path is a file; of one that can't be looked at, opening it will tell what is wrong."""
    try:
        return path.is_file()
    except PermissionError:
        return True
    except (OSError, ValueError):  # a name that is too long, or has what no name has
        return False


def sort_by_path(faces: Iterable[LabelledFace]) -> tuple[LabelledFace, ...]:
    """Return the faces in the order in which every reader gives them, that of their paths."""
    return tuple(sorted(faces, key=lambda face: face.path))
