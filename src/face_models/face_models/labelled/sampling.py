"""Samples of labelled faces, stratified by decade of age and gender: for an evaluation, an epoch, a split by person.

Which faces are drawn depends on names, seed and epoch only, so that it is the same on every machine.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from signage_common.demographics import Decade, Gender, decade_of
from signage_common.errors import ConfigurationError

from face_models.labelled.faces import LabelledFace, sort_by_path

Stratum = tuple[Decade, Gender]

HELD_BACK, VALIDATION = 0.2, 0.1
LEAST_PERSONS = 5


def stratum_of(face: LabelledFace) -> Stratum:
    """Return decade of age and gender."""
    return decade_of(face.age_years), face.gender


def seeded_hash(name: str, seed: int) -> str:
    """Return a text to sort names by at random: always the same for the same name and seed."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def balance(faces: Sequence[LabelledFace], most_per_stratum: int, seed: int = 0) -> tuple[LabelledFace, ...]:
    """Return at most so many faces of each decade and gender; which ones depends on their names and the seed only."""
    chosen: list[LabelledFace] = []
    for _, members in sorted(_strata(faces).items()):
        shuffled = sorted((faces[one] for one in members), key=lambda face: seeded_hash(face.path.name, seed))
        chosen += shuffled[:most_per_stratum]
    return sort_by_path(chosen)


def _strata(faces: Sequence[LabelledFace]) -> dict[Stratum, list[int]]:
    """Return which faces are of each decade and gender that occurs, in order of their first."""
    strata: dict[Stratum, list[int]] = defaultdict(list)
    for index, face in enumerate(faces):
        strata[stratum_of(face)].append(index)
    return strata


def draw_epoch(
    faces: Sequence[LabelledFace], count: int, most_repeats: float, seed: int, epoch: int
) -> npt.NDArray[np.int64]:
    """Return which faces an epoch shows, in order: int64 (count,).

    Every decade and gender is shown as often as any other, as far as there are faces.

    Args:
        faces: what there is to show.
        count: how many are shown.
        most_repeats: how often a face may be shown on average; a small stratum is shown less often for it.
        seed: of the training.
        epoch: the same seed and epoch give the same order.
    """
    generator = np.random.default_rng([seed, epoch])
    strata = _strata(faces)
    shares = stratum_shares([len(stratum) for stratum in strata.values()], count, most_repeats)
    weights = np.zeros(len(faces))
    for stratum, share in zip(strata.values(), shares, strict=True):
        weights[stratum] = share / len(stratum)
    return generator.choice(len(faces), size=count, p=weights / weights.sum())


def stratum_shares(sizes: Sequence[int], count: int, most_repeats: float) -> npt.NDArray[np.float64]:
    """Return how many faces of each stratum an epoch of ``count`` shows on average: equal, but for the small ones."""
    limits = np.array(sizes, float) * most_repeats
    shares = np.zeros(len(sizes))
    is_open = np.ones(len(sizes), bool)
    while is_open.any():
        level = max((count - shares[~is_open].sum()) / is_open.sum(), 0.0)
        is_small = is_open & (limits <= level)
        if not is_small.any():
            shares[is_open] = level
            break
        shares[is_small] = limits[is_small]
        is_open &= ~is_small
    return shares


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


def split_by_person(faces: Sequence[LabelledFace], seed: int) -> Split:
    """Draw persons at random, all faces of one for the same purpose; always the same for the same names and seed.

    Raises:
        ConfigurationError: there are too few persons.
    """
    persons = sorted({face.person for face in faces}, key=lambda person: seeded_hash(person, seed))
    if len(persons) < LEAST_PERSONS:
        raise ConfigurationError(f"expected faces of {LEAST_PERSONS} or more persons, got {len(persons)}")
    held_back = max(round(HELD_BACK * len(persons)), 1)
    validation = held_back + max(round(VALIDATION * len(persons)), 1)
    part = {person: (index >= held_back) + (index >= validation) for index, person in enumerate(persons)}
    parts = [tuple(face for face in faces if part[face.person] == one) for one in range(3)]
    return Split(held_back=parts[0], validation=parts[1], train=parts[2])
