"""Split faces into those to learn from, those to watch, and those held back until the end; persons stay together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signage_common.errors import ConfigurationError

from face_models.labelled.balance import draw_key
from face_models.labelled.faces import LabelledFace

HELD_BACK, VALIDATION = 0.2, 0.1
LEAST_PERSONS = 5


@dataclass(frozen=True)
class Split:
    """The faces by what they are for.

    Attributes:
        train: learned from.
        validation: what tells when to stop.
        held_back: what the result is measured on.
    """

    train: tuple[LabelledFace, ...]
    validation: tuple[LabelledFace, ...]
    held_back: tuple[LabelledFace, ...]


def split(faces: Sequence[LabelledFace], seed: int) -> Split:
    """Draw persons by lot, always the same for the same names and seed.

    Raises:
        ConfigurationError: there are too few persons.
    """
    persons = sorted({face.person for face in faces}, key=lambda person: draw_key(person, seed))
    if len(persons) < LEAST_PERSONS:
        raise ConfigurationError(f"expected faces of {LEAST_PERSONS} or more persons, got {len(persons)}")
    held_back = max(round(HELD_BACK * len(persons)), 1)
    validation = held_back + max(round(VALIDATION * len(persons)), 1)
    part = {person: (index >= held_back) + (index >= validation) for index, person in enumerate(persons)}
    parts = [tuple(face for face in faces if part[face.person] == one) for one in range(3)]
    return Split(held_back=parts[0], validation=parts[1], train=parts[2])
