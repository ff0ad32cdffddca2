"""Accuracy of single images against that of a track which fuses them, on clips made of labelled stills.

Run as ``python -m face_models.evaluation.track_accuracy DIR``; any folder that ``./signage evaluate`` reads will do.
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
from face_inference.boxes import Box, inside, shorter_side
from face_inference.images import ImageBgr
from face_inference.loading import Networks, load_networks
from face_inference.params import FaceInferenceParams
from face_inference.people import Person
from face_inference.reading import FaceReader
from signage_common.demographics import Decade, Demographics, Gender, decade_of
from signage_common.errors import SignageError

from face_models.evaluation.reports import write_text
from face_models.evaluation.synthetic_clips import ClipFrame, make_clip
from face_models.labelled.faces import LabelledFace, Skipped
from face_models.labelled.images import make_face_finder
from face_models.labelled.layouts import LayoutOptions, read_labelled

FRAMES, STEP_S = 12, 0.1


@dataclass(frozen=True)
class ClipEstimates:
    """What was estimated of one person.

    Attributes:
        face: the person.
        single: of each frame alone.
        fused: of the track, frame by frame.
    """

    face: LabelledFace
    single: tuple[Demographics, ...]
    fused: tuple[Demographics, ...]


@dataclass(frozen=True)
class Score:
    """How good some estimates are.

    Attributes:
        n: estimates, those that abstain included.
        gender_answered: share of adults with an answer on the gender.
        gender_accuracy: of those.
        age_mae: mean absolute error, years, where there is an age.
        decade_exact: share of the right decade, where there is one.
        changes: of the estimation of one person, mean; only between known ones.
    """

    n: int
    gender_answered: float
    gender_accuracy: float
    age_mae: float
    decade_exact: float
    changes: float


class ClipEstimator:
    """Estimates of clips what the node would."""

    def __init__(self, networks: Networks, rules: AbstentionRules) -> None:
        self._reader = FaceReader(networks.classifier, networks.locator)
        self._calibration = networks.calibration
        self._rules = rules

    def estimate(self, face: LabelledFace, frames: Iterable[ClipFrame]) -> ClipEstimates:
        """Estimate from each frame of a clip alone, and from the track so far."""
        person = Person(self._rules, self._calibration)
        single, fused = [], []
        for index, frame in enumerate(frames):
            height, width = frame.image_bgr.shape[:2]
            box = inside(frame.xyxy_px, (width, height))
            single.append(self._observe(person, frame.image_bgr, box, index * STEP_S))
            fused.append(person.estimate(shorter_side(box), index * STEP_S))
        return ClipEstimates(face, tuple(single), tuple(fused))

    def _observe(self, person: Person, image_bgr: ImageBgr, box: Box, stamp_s: float) -> Demographics:
        if shorter_side(box) < self._rules.min_face_px:
            return Demographics()
        quality = self._reader.assess(image_bgr, box)
        if quality.pose is None or not is_legible(self._rules, quality.sharpness, quality.pose.away_deg):
            return Demographics()
        observation = self._reader.classify(quality, shorter_side(box))
        return Demographics() if observation is None else person.observe(observation, stamp_s)


def score(estimates: Sequence[tuple[LabelledFace, Sequence[Demographics]]], child_below_years: float) -> Score:
    """Return how good the estimates of some persons are; each has one or more."""
    each = [(face, one) for face, of_face in estimates for one in of_face]
    adults = [(face, one) for face, one in each if face.age_years >= child_below_years]
    answered = [(face, one) for face, one in adults if one.gender is not Gender.UNKNOWN]
    aged = [(face, one.age_years) for face, one in each if one.age_years is not None]
    decades = [(face, one) for face, one in each if one.decade is not Decade.UNKNOWN]
    return Score(
        n=len(each),
        gender_answered=_mean(one.gender is not Gender.UNKNOWN for _, one in adults),
        gender_accuracy=_mean(one.gender is face.gender for face, one in answered),
        age_mae=_mean(abs(years - face.age_years) for face, years in aged),
        decade_exact=_mean(one.decade is decade_of(face.age_years) for face, one in decades),
        changes=_mean(_changes(of_face) for _, of_face in estimates),
    )


def _changes(estimates: Sequence[Demographics]) -> int:
    known = [one.estimation for one in estimates if one.estimation != "unknown"]
    return sum(one != other for one, other in itertools.pairwise(known))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(float(np.mean(found)), 4) if found else float("nan")


def compare_scores(clips: Sequence[ClipEstimates], rules: AbstentionRules) -> dict[str, Score]:
    """Return the scores of single frames, of the tracks in all their frames, and of their last ones."""
    years = rules.child_below_years
    return {
        "single": score([(one.face, one.single) for one in clips], years),
        "fused": score([(one.face, one.fused) for one in clips], years),
        "fused, last": score([(one.face, one.fused[-1:]) for one in clips], years),
    }


def estimate_all(faces: Sequence[LabelledFace], params: FaceInferenceParams, seed: int) -> Iterator[ClipEstimates]:
    """Make a clip of each labelled face and estimate from it; broken images are left out."""
    networks, finder = load_networks(params), make_face_finder(True, True, params.models_path)
    estimator = ClipEstimator(networks, params.abstention_rules)
    for index, found in enumerate(finder.find_all(faces)):
        if isinstance(found, Skipped):
            continue
        left, top, right, bottom = found.xyxy_px.tolist()
        clip = make_clip(found.image_bgr, (left, top, right, bottom), FRAMES, np.random.default_rng([seed, index]))
        yield estimator.estimate(found.face, clip)


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
        faces = list(read_labelled(options.folder, LayoutOptions()).faces)
        random.Random(options.seed).shuffle(faces)
        clips = list(estimate_all(faces[: options.limit], params, options.seed))
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    table = {name: dataclasses.asdict(one) for name, one in compare_scores(clips, params.abstention_rules).items()}
    for name, row in table.items():
        print(f"{name:12}", "  ".join(f"{key} {value:g}" for key, value in row.items()))
    if options.json is not None:
        write_text(options.json, json.dumps(table, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
