"""Labels of single faces, and who is taken for the same person."""

from __future__ import annotations

from pathlib import Path

import pytest
from face_models.labelled.faces import LabelError, LabelledFace, parse_age, parse_gender
from signage_common.demographics import Gender


@pytest.mark.parametrize(
    ("text", "gender"), [("0", Gender.MALE), ("1", Gender.FEMALE), (" Female ", Gender.FEMALE), ("남", Gender.MALE)]
)
def test_gender(text: str, gender: Gender) -> None:
    assert parse_gender(text) is gender


@pytest.mark.parametrize("text", ["", "2", "x"])
def test_no_gender(text: str) -> None:
    with pytest.raises(LabelError, match="expected a gender"):
        parse_gender(text)


@pytest.mark.parametrize("text", ["", "-1", "121", "nan", "inf", "old"])
def test_no_age(text: str) -> None:
    with pytest.raises(LabelError, match="expected an age"):
        parse_age(text)


def test_without_subject_each_image_is_its_own_person() -> None:
    face = LabelledFace(Path("a/b.jpg"), Gender.MALE, 30.0)
    assert (face.person, LabelledFace(Path("a/b.jpg"), Gender.MALE, 30.0, "k1").person) == ("b.jpg", "k1")
