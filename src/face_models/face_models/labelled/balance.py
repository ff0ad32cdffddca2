"""As many faces of each decade of age and gender as of any other, as far as there are enough."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from signage_common.demographics import Decade, Gender, decade_of

from face_models.labelled.faces import LabelledFace, in_order

Cell = tuple[Decade, Gender]


def cell_of(face: LabelledFace) -> Cell:
    """Return decade of age and gender."""
    return decade_of(face.age_years), face.gender


def group_by_cell(faces: Iterable[LabelledFace]) -> dict[Cell, list[LabelledFace]]:
    """Return the faces of each decade and gender that occurs."""
    cells: dict[Cell, list[LabelledFace]] = defaultdict(list)
    for face in faces:
        cells[cell_of(face)].append(face)
    return dict(sorted(cells.items()))


def balance(faces: Sequence[LabelledFace], most_per_cell: int, seed: int = 0) -> tuple[LabelledFace, ...]:
    """Return at most so many faces of each decade and gender; which ones depends on their names and the seed only."""
    chosen: list[LabelledFace] = []
    for cell in group_by_cell(faces).values():
        chosen += sorted(cell, key=lambda face: draw_key(face.path.name, seed))[:most_per_cell]
    return in_order(chosen)


def draw_key(name: str, seed: int) -> str:
    """Return what decides by lot about a name: always the same for the same name and seed."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
