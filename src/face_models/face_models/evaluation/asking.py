"""Ask the network about labelled faces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from face_inference.boxes import shorter_side
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detection import ImageBgr
from face_inference.networks.landmarks import LandmarkNet
from face_inference.reading import FaceReader
from face_inference.tracks import FaceState, TrackedFace

from face_models.evaluation.answers import Answer
from face_models.labelled.faces import LabelledFace, Skipped
from face_models.labelled.finding import Finder
from face_models.labelled.pictures import BrokenImageError, read_batches

_TRACK = 1


@dataclass
class Answers:
    """What was answered, and what could not be.

    Attributes:
        answers: in order of the faces.
        skipped: broken images, and images without a face where one was looked for.
    """

    answers: list[Answer] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Asker:
    """Shows each picture to the network: what a finder says is the face in it."""

    def __init__(self, net: AgeGenderNet, locator: LandmarkNet, finder: Finder) -> None:
        self._net = net
        self._reader = FaceReader(net, locator)
        self._finder = finder

    def ask(self, faces: Sequence[LabelledFace], progress: Callable[[int], None]) -> Answers:
        """Ask about all faces; ``progress`` is told how many are done."""
        result = Answers()
        for done, (face, picture) in enumerate(_pictures(faces), 1):
            answer = picture if isinstance(picture, BrokenImageError) else self._ask(face, picture)
            if isinstance(answer, Answer):
                result.answers.append(answer)
            else:
                result.skipped.append(Skipped(str(face.path), str(answer)))
            progress(done)
        return result

    def _ask(self, face: LabelledFace, picture: ImageBgr) -> Answer | str:
        box = self._finder.find(picture)
        if box is None:
            return "expected a face, found none"
        estimate = self._net.estimate(picture, box[None])
        left, top, right, bottom = box.tolist()
        tracked = TrackedFace(_TRACK, FaceState.DETECTED, (left, top, right, bottom), 1.0)
        look = self._reader.look(picture, [tracked])[_TRACK]
        return Answer(
            face=face,
            age_years=float(estimate.age_years[0]),
            male_probability=float(estimate.male_probability[0]),
            face_px=shorter_side(tracked.xyxy_px),
            sharpness=look.sharpness,
            away_deg=look.turn.away_deg if look.turn is not None else math.inf,
        )


def make_asker(models_dir: Path, model: str, finder: Finder) -> Asker:
    """Load the networks; the mirrored face is asked about too, as in the node."""
    return Asker(AgeGenderNet(models_dir, model, average_flip=True), LandmarkNet(models_dir), finder)


def _pictures(faces: Sequence[LabelledFace]) -> Iterator[tuple[LabelledFace, ImageBgr | BrokenImageError]]:
    for batch in read_batches(faces):
        yield from batch
