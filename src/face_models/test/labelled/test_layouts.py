"""Folders of labelled faces: each layout is recognised and read; what has no label is listed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from face_models.labelled.label_tables import Columns
from face_models.labelled.layouts import LayoutOptions, read_labelled
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

Draw = Callable[[Path], Path]


def test_utkface(tmp_path: Path, draw: Draw) -> None:
    for name in ("26_1_2_20170104.jpg.chip.jpg", "part/61_0_0_20170109.jpg", "61_1_20170109.jpg", "200_0_1_2017.jpg"):
        draw(tmp_path / name)
    (tmp_path / "note.txt").write_text("no image")
    labelled = read_labelled(tmp_path, LayoutOptions())
    assert (labelled.layout, labelled.is_cropped) == ("utkface", True)
    assert [(face.gender, face.age_years, face.group) for face in labelled.faces] == [
        (Gender.FEMALE, 26.0, "asian"),
        (Gender.MALE, 61.0, "white"),
    ]
    assert sorted(Path(one.place).name for one in labelled.skipped) == ["200_0_1_2017.jpg", "61_1_20170109.jpg"]


def test_csv(tmp_path: Path, draw: Draw) -> None:
    draw(tmp_path / "in" / "a.jpg")
    rows = [
        "file,Age,sex,id,group",
        "in/a.jpg,33,f,k1,north",
        "in/b.jpg,33,f,k1,north",
        "in/a.jpg,?,f,k1,",
        "in/a.jpg,3,,,",
    ]
    (tmp_path / "labels.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    labelled = read_labelled(tmp_path, LayoutOptions())
    assert labelled.layout == "csv"
    (face,) = labelled.faces
    assert (face.gender, face.age_years, face.subject, face.group) == (Gender.FEMALE, 33.0, "k1", "north")
    assert [one.place for one in labelled.skipped] == [f"{tmp_path}/labels.csv:{line}" for line in (3, 4, 5)]
    assert "no file" in labelled.skipped[0].reason


def test_kface(tmp_path: Path, draw: Draw) -> None:
    for path in ("High/19062421/S001/L1/E01/C7.jpg", "19062431/S002/L10/E02/C12.jpg", "19999999/S001/L1/E01/C1.jpg"):
        draw(tmp_path / path)
    draw(tmp_path / "19062421" / "portrait.jpg")
    (tmp_path / "people.csv").write_text("번호,성별,나이\n19062421,여,25\n19062431,남,41\n19070000,남,-2\n")
    labelled = read_labelled(tmp_path, LayoutOptions(columns=Columns({"subject": "번호"})))
    assert (labelled.layout, labelled.is_cropped) == ("kface", False)
    assert sorted((face.subject, int(face.gender), face.age_years) for face in labelled.faces) == [
        ("19062421", Gender.FEMALE, 25.0),
        ("19062431", Gender.MALE, 41.0),
    ]
    assert [Path(one.place).name for one in labelled.skipped] == ["people.csv:4", "19999999"]


def test_kface_images_can_be_chosen_by_a_pattern(tmp_path: Path, draw: Draw) -> None:
    for camera in (1, 7):
        draw(tmp_path / f"p1/S001/L1/E01/C{camera}.jpg")
    (tmp_path / "people.csv").write_text("subject,sex,age\np1,m,25\n")
    labelled = read_labelled(tmp_path, LayoutOptions("kface", pattern=r"(?P<subject>[^/]+)/S001/.*/C7\.jpg"))
    assert [face.path.name for face in labelled.faces] == ["C7.jpg"]


@pytest.mark.parametrize("pattern", ["(", "S001/.*"])
def test_a_wrong_pattern_is_one_line(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "people.csv").write_text("subject,sex,age\np1,m,25\n")
    with pytest.raises(ConfigurationError, match="--pattern"):
        read_labelled(tmp_path, LayoutOptions("kface", pattern=pattern))


@pytest.mark.parametrize("layout", [None, "utkface", "csv", "kface"])
def test_a_folder_without_labels_is_one_line(tmp_path: Path, draw: Draw, layout: str | None) -> None:
    draw(tmp_path / "holiday.jpg")
    with pytest.raises(ConfigurationError, match="expected") as caught:
        read_labelled(tmp_path, LayoutOptions(layout))
    assert (caught.value.exit_status, "\n" in str(caught.value)) == (2, False)


def test_empty_missing_or_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(ConfigurationError, match="expected"):
            read_labelled(path, LayoutOptions())


def test_a_table_without_a_column(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("path,age\na.jpg,3\n")
    with pytest.raises(ConfigurationError, match="gender, got none"):
        read_labelled(tmp_path, LayoutOptions("csv"))


def test_the_same_files_always_give_the_same_order(tmp_path: Path, draw: Draw) -> None:
    for age in (30, 4, 51):
        draw(tmp_path / f"{age}_0_0_x.jpg")
    assert [face.path.name[:2] for face in read_labelled(tmp_path, LayoutOptions()).faces] == ["30", "4_", "51"]
