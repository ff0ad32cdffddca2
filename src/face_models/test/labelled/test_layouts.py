"""Folders of labelled faces: each layout is recognised and read; what has no label is listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from face_models.labelled.label_tables import Columns
from face_models.labelled.layouts import LayoutOptions, read_labelled
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError
from signage_common.process_testing import let_others_in

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


ROW = "a.jpg,33,f\n"
GOOD = f"path,age,gender\n{ROW}".encode()
TABLES = {
    "nothing": (b"", "got"),
    "zeros": (bytes(1000), "got"),
    "utf-16": (GOOD.decode().encode("utf-16"), "got"),
    "latin": ("path,age,gender,größe\n".encode("latin-1"), "got"),
    "a long header": (b"path,age," + b"x" * 100_000, "gender"),
    "a giant header": (b"path,age,gender," + b"x" * 200_000 + b"\n" + ROW.encode(), "got"),
    "a giant field": (GOOD + b"a.jpg,3," + b"x" * 200_000 + b"\n", "expected a CSV file in UTF-8, field larger"),
    "odd bytes in a row": (GOOD + b"a.jpg,3,\xff\xfe\n", "got"),
    "a quote without end": (b'path,age,gender\n"a.jpg,33,f\n' + b"x" * 1000, "none"),
}
ROWS = {
    "a long path": "x" * 5000 + ".jpg,33,f",
    "a path with a zero": "a\x00.jpg,33,f",
    "a path with a line break": '"a\n.jpg",33,f',
    "a pipe": "pipe.jpg,33,f",
    "a folder": "folder.jpg,33,f",
    "a giant age": f"a.jpg,{'9' * 5000},f",
    "an age that is none": "a.jpg,nan,f",
    "an endless age": "a.jpg,1e400,f",
    "a giant gender": f"a.jpg,33,{'f' * 100_000}",
    "too few cells": "a.jpg",
    "too many cells": "b.jpg,33,f,x,y,z,,,,",
    "letters that are none": "a.jpg,33,\u202e\ufeff",
}


@pytest.mark.fault
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("layout", ["csv", "kface"])
def test_a_table_with_anything_in_it_is_one_line(tmp_path: Path, draw: Draw, layout: str, name: str) -> None:
    content, expected = TABLES[name]
    draw(tmp_path / "a.jpg")
    (tmp_path / "labels.csv").write_bytes(content if layout == "csv" else content.replace(b"path", b"subject"))
    with pytest.raises(ConfigurationError, match=expected) as told:
        read_labelled(tmp_path, LayoutOptions(layout))
    assert "\n" not in str(told.value) and len(str(told.value)) < 700 + len(str(tmp_path))


@pytest.mark.fault
def test_a_row_with_anything_in_it_is_skipped_in_one_short_line(tmp_path: Path, draw: Draw) -> None:
    draw(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "labels.csv").write_bytes(GOOD + "\n".join(ROWS.values()).encode())
    labelled = read_labelled(tmp_path, LayoutOptions())
    assert [face.path.name for face in labelled.faces] == ["a.jpg"] and len(labelled.skipped) == len(ROWS)
    assert all("\n" not in one.reason and len(one.reason) < 700 for one in labelled.skipped)


@pytest.mark.fault
@pytest.mark.parametrize(
    "make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path)]
)
def test_what_is_no_table_is_passed_over_at_once(tmp_path: Path, draw: Draw, make) -> None:
    draw(tmp_path / "26_1_2_x.jpg")
    os.mkfifo(tmp_path / "27_1_2_x.jpg")
    make(tmp_path / "labels.csv")
    assert [face.age_years for face in read_labelled(tmp_path, LayoutOptions()).faces] == [26.0]
    with pytest.raises(ConfigurationError, match="expected one CSV file"):
        read_labelled(tmp_path, LayoutOptions("csv"))


@pytest.fixture
def as_nobody(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Give what makes this process one of a user without rights, to whom only the test's folder is open."""
    user = os.geteuid()
    let_others_in(tmp_path)
    yield lambda: os.seteuid(65534 if user == 0 else user)
    os.seteuid(user)


@pytest.mark.fault
def test_folders_that_may_not_be_read_are_one_line_or_passed_over(
    tmp_path: Path, draw: Draw, as_nobody: Callable[[], None]
) -> None:
    draw(tmp_path / "26_1_2_x.jpg")
    draw(tmp_path / "closed" / "30_1_2_x.jpg")
    draw(tmp_path / "listed" / "40_1_2_x.jpg")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "listed").chmod(0o444)
    as_nobody()
    ages = [face.age_years for face in read_labelled(tmp_path, LayoutOptions()).faces]
    assert 26.0 in ages and 30.0 not in ages
    for folder in ("closed", "closed/inner"):
        with pytest.raises(ConfigurationError, match="expected a folder of labelled faces, Permission denied"):
            read_labelled(tmp_path / folder, LayoutOptions())
