from pathlib import Path

import pytest
from face_models.labelled.faces import LabelledFace
from face_models.training.split import split
from signage_common.demographics import Gender
from signage_common.errors import ConfigurationError

FACES = [LabelledFace(Path(f"{i}.jpg"), Gender.MALE, 30.0, f"person{i // 4}") for i in range(400)]


def test_every_face_is_in_one_part_and_persons_stay_together():
    parts = split(FACES, 0)
    all_parts = (parts.train, parts.validation, parts.held_back)
    assert sorted(face.path for part in all_parts for face in part) == sorted(face.path for face in FACES)
    persons = [{face.person for face in part} for part in all_parts]
    assert [len(part) for part in persons] == [70, 10, 20]
    assert not persons[0] & persons[1] and not persons[0] & persons[2] and not persons[1] & persons[2]


def test_the_seed_decides_and_nothing_else_does():
    assert split(FACES, 3) == split(FACES, 3)
    assert {face.path for face in split(FACES, 3).train} == {face.path for face in split(FACES[::-1], 3).train}
    assert split(FACES, 3) != split(FACES, 4)


def test_without_subjects_images_are_split():
    faces = [LabelledFace(Path(f"{i}.jpg"), Gender.MALE, 30.0) for i in range(10)]
    assert [len(part) for part in (split(faces, 0).held_back, split(faces, 0).validation)] == [2, 1]


def test_too_few_persons():
    with pytest.raises(ConfigurationError, match="5 or more persons, got 4"):
        split(FACES[:16], 0)
