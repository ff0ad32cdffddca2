"""Ask the network about labelled faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from face_inference.boxes import shorter_side
from face_inference.evaluation.answers import Answer
from face_inference.labelled.faces import LabelledFace, Skipped
from face_inference.labelled.finding import Finder
from face_inference.labelled.pictures import BrokenImageError, read_batches
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detection import ImageBgr


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

    def __init__(self, net: AgeGenderNet, finder: Finder) -> None:
        self._net = net
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
        face_px = shorter_side((left, top, right, bottom))
        return Answer(face, float(estimate.age_years[0]), float(estimate.male_probability[0]), face_px)


def _pictures(faces: Sequence[LabelledFace]) -> Iterator[tuple[LabelledFace, ImageBgr | BrokenImageError]]:
    for batch in read_batches(faces):
        yield from batch
