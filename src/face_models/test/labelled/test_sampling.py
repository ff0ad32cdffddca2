"""Balanced sets, balanced epochs and splits by person."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from face_models.labelled.faces import LabelledFace
from face_models.labelled.sampling import balance, draw_epoch, split_by_person, stratum_of, stratum_shares
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

MEN = [LabelledFace(Path(f"{i:03}.jpg"), Gender.MALE, 20.0 + 40 * (i % 3 == 0)) for i in range(90)]
PERSONS = [LabelledFace(Path(f"{i}.jpg"), Gender.MALE, 30.0, f"person{i // 4}") for i in range(400)]


def test_no_stratum_has_more_than_asked_for():
    counts = Counter(stratum_of(face) for face in balance(MEN, 40))
    assert sorted(counts.values()) == [30, 40]


def test_the_names_and_the_seed_decide_who_is_in_a_balanced_set():
    assert balance(MEN, 10) == balance(MEN[::-1], 10)
    assert balance(MEN, 10) != balance(MEN, 10, seed=1)
    assert list(balance(MEN, 10)) == sorted(balance(MEN, 10), key=lambda face: face.path)


def make(counts):
    faces = []
    for (age, gender), count in counts.items():
        faces += [LabelledFace(Path(f"{age}-{gender}-{i}.jpg"), gender, age) for i in range(count)]
    return faces


def test_rare_people_are_shown_as_often_as_common_ones():
    faces = make({(25.0, Gender.MALE): 900, (25.0, Gender.FEMALE): 300, (65.0, Gender.MALE): 300})
    order = draw_epoch(faces, 3000, 4.0, seed=0, epoch=0)
    seen = Counter(stratum_of(faces[index]) for index in order)
    assert min(seen.values()) > 0.9 * max(seen.values())


def test_but_one_image_is_not_shown_all_the_time():
    faces = make({(25.0, Gender.MALE): 990, (95.0, Gender.MALE): 10})
    order = draw_epoch(faces, 1000, 4.0, seed=0, epoch=0)
    old = sum(faces[index].age_years == 95 for index in order)
    assert 20 < old < 65


def test_seed_and_epoch_decide_which_faces_are_shown():
    faces = make({(25.0, Gender.MALE): 50})
    again = draw_epoch(faces, 50, 4.0, seed=1, epoch=2)
    assert np.array_equal(again, draw_epoch(faces, 50, 4.0, seed=1, epoch=2))
    assert not np.array_equal(again, draw_epoch(faces, 50, 4.0, seed=1, epoch=3))


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [([10, 10], 20, [10, 10]), ([100, 1], 100, [96, 4]), ([50, 50, 5], 120, [50, 50, 20]), ([1], 10, [4])],
)
def test_stratum_shares(sizes, count, expected):
    assert stratum_shares(sizes, count, 4.0) == pytest.approx(expected)


def test_every_face_is_in_one_part_and_persons_stay_together():
    parts = split_by_person(PERSONS, 0)
    all_parts = (parts.train, parts.validation, parts.held_back)
    assert sorted(face.path for part in all_parts for face in part) == sorted(face.path for face in PERSONS)
    persons = [{face.person for face in part} for part in all_parts]
    assert [len(part) for part in persons] == [70, 10, 20]
    assert not persons[0] & persons[1] and not persons[0] & persons[2] and not persons[1] & persons[2]


def test_the_seed_decides_the_split_and_nothing_else_does():
    assert split_by_person(PERSONS, 3) == split_by_person(PERSONS, 3)
    assert {face.path for face in split_by_person(PERSONS, 3).train} == {
        face.path for face in split_by_person(PERSONS[::-1], 3).train
    }
    assert split_by_person(PERSONS, 3) != split_by_person(PERSONS, 4)


def test_without_subjects_images_are_split():
    faces = [LabelledFace(Path(f"{i}.jpg"), Gender.MALE, 30.0) for i in range(10)]
    assert [len(part) for part in (split_by_person(faces, 0).held_back, split_by_person(faces, 0).validation)] == [2, 1]


def test_too_few_persons_can_not_be_split():
    with pytest.raises(ConfigurationError, match="5 or more persons, got 4"):
        split_by_person(PERSONS[:16], 0)
