"""Compare single images with what a track makes of them, on films of labelled stills.

Run as ``python -m face_models.evaluation.sequences DIR``; any folder that ``./signage evaluate`` reads will do.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from face_inference.abstention import AbstentionRules, is_legible
from face_inference.boxes import inside, shorter_side
from face_inference.loading import load_networks
from face_inference.params import FaceInferenceParams
from face_inference.people import People
from face_inference.pipeline import Networks
from face_inference.reading import FaceReader
from face_inference.tracks import FaceState, TrackedFace
from signage_common.demographics import Decade, Demographics, Gender, decade_of
from signage_common.errors import SignageError

from face_models.evaluation.filming import Shot, film
from face_models.labelled.faces import LabelledFace
from face_models.labelled.finding import make_finder
from face_models.labelled.layouts import Reading, read_labelled
from face_models.labelled.pictures import BrokenImageError, read_picture

SHOTS, STEP_S, TRACK = 12, 0.1, 1


@dataclass(frozen=True)
class Said:
    """What was said of one person.

    Attributes:
        face: the person.
        single: of each image alone.
        fused: of the track, image by image.
    """

    face: LabelledFace
    single: tuple[Demographics, ...]
    fused: tuple[Demographics, ...]


@dataclass(frozen=True)
class Score:
    """How good some answers are.

    Attributes:
        n: answers, those that abstain included.
        gender_answered: share of adults whose gender was said.
        gender_accuracy: of those.
        age_mae: mean absolute error, years, where an age was said.
        decade_exact: share of the right decade, where one was said.
        changes: of the estimation of one person, mean; only between known ones.
    """

    n: int
    gender_answered: float
    gender_accuracy: float
    age_mae: float
    decade_exact: float
    changes: float


class Watcher:
    """Says of films what the node would say."""

    def __init__(self, networks: Networks, rules: AbstentionRules) -> None:
        self._reader = FaceReader(networks.classifier, networks.locator)
        self._calibration = networks.calibration
        self._rules = rules

    def watch(self, face: LabelledFace, shots: Iterable[Shot]) -> Said:
        """Watch one film."""
        people = People(self._rules, self._calibration)
        people.follow([TRACK])
        single, fused = [], []
        for index, shot in enumerate(shots):
            height, width = shot.image_bgr.shape[:2]
            tracked = TrackedFace(TRACK, FaceState.DETECTED, inside(shot.xyxy_px, (width, height)), 1.0)
            single.append(self._observe(people, shot, tracked, index * STEP_S))
            fused.append(people.say(tracked, index * STEP_S))
        return Said(face, tuple(single), tuple(fused))

    def _observe(self, people: People, shot: Shot, tracked: TrackedFace, stamp_s: float) -> Demographics:
        if shorter_side(tracked.xyxy_px) < self._rules.min_face_px:
            return Demographics()
        looks = self._reader.look(shot.image_bgr, [tracked])
        turn = looks[TRACK].turn
        if turn is None or not is_legible(self._rules, looks[TRACK].sharpness, turn.away_deg):
            return Demographics()
        observations = self._reader.classify(shot.image_bgr, [tracked], looks)
        return people.observe(TRACK, observations[TRACK], stamp_s)


def score(answers: Sequence[tuple[LabelledFace, Sequence[Demographics]]], child_below_years: float) -> Score:
    """Return how good the answers about some persons are; each has one or more."""
    each = [(face, one) for face, said in answers for one in said]
    adults = [(face, one) for face, one in each if face.age_years >= child_below_years]
    told = [(face, one) for face, one in adults if one.gender is not Gender.UNKNOWN]
    aged = [(face, one.age_years) for face, one in each if one.age_years is not None]
    decades = [(face, one) for face, one in each if one.decade is not Decade.UNKNOWN]
    return Score(
        n=len(each),
        gender_answered=_mean(one.gender is not Gender.UNKNOWN for _, one in adults),
        gender_accuracy=_mean(one.gender is face.gender for face, one in told),
        age_mae=_mean(abs(years - face.age_years) for face, years in aged),
        decade_exact=_mean(one.decade is decade_of(face.age_years) for face, one in decades),
        changes=_mean(_changes(said) for _, said in answers),
    )


def _changes(said: Sequence[Demographics]) -> int:
    known = [one.estimation for one in said if one.estimation != "unknown"]
    return sum(one != other for one, other in itertools.pairwise(known))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(float(np.mean(found)), 4) if found else float("nan")


def scores(said: Sequence[Said], rules: AbstentionRules) -> dict[str, Score]:
    """Return the scores of single images, of the tracks in all their images, and of their last ones."""
    years = rules.child_below_years
    return {
        "single": score([(one.face, one.single) for one in said], years),
        "fused": score([(one.face, one.fused) for one in said], years),
        "fused, last": score([(one.face, one.fused[-1:]) for one in said], years),
    }


def watch_all(faces: Sequence[LabelledFace], params: FaceInferenceParams, seed: int) -> Iterator[Said]:
    """Film and watch each labelled face; broken pictures are left out."""
    networks, finder = load_networks(params), make_finder(True, True, params.models_path)
    watcher = Watcher(networks, params.rules().abstention)
    for index, face in enumerate(faces):
        try:
            still = read_picture(face.path)
        except BrokenImageError:
            continue
        left, top, right, bottom = (finder.find(still)).tolist()  # type: ignore[union-attr]  # crops always have one
        chance = np.random.default_rng([seed, index])
        yield watcher.watch(face, film(still, (left, top, right, bottom), SHOTS, chance))


def main(argv: Sequence[str] | None = None) -> int:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="faces, drawn at random (default: 300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    params = FaceInferenceParams()
    try:
        faces = list(read_labelled(options.folder, Reading()).faces)
        random.Random(options.seed).shuffle(faces)
        said = list(watch_all(faces[: options.limit], params, options.seed))
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    table = {name: dataclasses.asdict(one) for name, one in scores(said, params.rules().abstention).items()}
    for name, row in table.items():
        print(f"{name:12}", "  ".join(f"{key} {value:g}" for key, value in row.items()))
    if options.json is not None:
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
