from collections import Counter
from pathlib import Path

from face_models.labelled.balance import balance, cell_of
from face_models.labelled.faces import LabelledFace
from signage_common.demographics import Gender

FACES = [LabelledFace(Path(f"{i:03}.jpg"), Gender.MALE, 20.0 + 40 * (i % 3 == 0)) for i in range(90)]


def test_no_cell_has_more_than_asked_for():
    counts = Counter(cell_of(face) for face in balance(FACES, 40))
    assert sorted(counts.values()) == [30, 40]


def test_the_names_and_the_seed_decide():
    assert balance(FACES, 10) == balance(FACES[::-1], 10)
    assert balance(FACES, 10) != balance(FACES, 10, seed=1)
    assert list(balance(FACES, 10)) == sorted(balance(FACES, 10), key=lambda face: face.path)
