from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from face_models.labelled.balance import cell_of
from face_models.labelled.faces import LabelledFace
from face_models.training.sampler import cell_shares, draw_epoch
from signage_common.demographics import Gender


def make(counts):
    faces = []
    for (age, gender), count in counts.items():
        faces += [LabelledFace(Path(f"{age}-{gender}-{i}.jpg"), gender, age) for i in range(count)]
    return faces


def test_rare_people_are_shown_as_often_as_common_ones():
    faces = make({(25.0, Gender.MALE): 900, (25.0, Gender.FEMALE): 300, (65.0, Gender.MALE): 300})
    order = draw_epoch(faces, 3000, 4.0, seed=0, epoch=0)
    seen = Counter(cell_of(faces[index]) for index in order)
    assert min(seen.values()) > 0.9 * max(seen.values())


def test_but_one_image_is_not_shown_all_the_time():
    faces = make({(25.0, Gender.MALE): 990, (95.0, Gender.MALE): 10})
    order = draw_epoch(faces, 1000, 4.0, seed=0, epoch=0)
    old = sum(faces[index].age_years == 95 for index in order)
    assert 20 < old < 65


def test_seed_and_epoch_decide():
    faces = make({(25.0, Gender.MALE): 50})
    again = draw_epoch(faces, 50, 4.0, seed=1, epoch=2)
    assert np.array_equal(again, draw_epoch(faces, 50, 4.0, seed=1, epoch=2))
    assert not np.array_equal(again, draw_epoch(faces, 50, 4.0, seed=1, epoch=3))


@pytest.mark.parametrize(
    ("sizes", "count", "expected"),
    [([10, 10], 20, [10, 10]), ([100, 1], 100, [96, 4]), ([50, 50, 5], 120, [50, 50, 20]), ([1], 10, [4])],
)
def test_cell_shares(sizes, count, expected):
    assert cell_shares(sizes, count, 4.0) == pytest.approx(expected)
