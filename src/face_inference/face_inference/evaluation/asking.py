"""Ask the network about labelled faces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from face_inference.boxes import shorter_side
from face_inference.evaluation.answers import Answer
from face_inference.labelled.faces import LabelledFace, Skipped
from face_inference.labelled.pictures import BrokenImageError, read_batches
from face_inference.networks.age_gender import AgeGenderNet
from face_inference.networks.detection import Detector, ImageBgr

Float32 = npt.NDArray[np.float32]


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
    """Shows each picture to the network: the whole of it, or the largest face that a detector finds in it."""

    def __init__(self, net: AgeGenderNet, detector: Detector | None, is_cropped: bool) -> None:
        """Join the parts.

        Args:
            net: estimates age and gender.
            detector: finds the face; None: the whole picture is the face.
            is_cropped: whether the whole picture is taken where the detector finds nothing.
        """
        self._net = net
        self._detector = detector
        self._is_cropped = is_cropped

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
        box = find_face(picture, self._detector)
        if box is None and self._is_cropped:
            box = find_face(picture, None)
        if box is None:
            return "expected a face, found none"
        estimate = self._net.estimate(picture, box[None])
        left, top, right, bottom = box.tolist()
        face_px = shorter_side((left, top, right, bottom))
        return Answer(face, float(estimate.age_years[0]), float(estimate.male_probability[0]), face_px)


def find_face(picture: ImageBgr, detector: Detector | None) -> Float32 | None:
    """Return the box (4,) of the largest face, None if there is none; without a detector, the whole picture."""
    if detector is None:
        height, width = picture.shape[:2]
        return np.array([0, 0, width, height], np.float32)
    boxes = detector.detect(picture).xyxy_px
    if not len(boxes):
        return None
    largest: Float32 = boxes[int(np.argmax((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])))]
    return largest


def _pictures(faces: Sequence[LabelledFace]) -> Iterator[tuple[LabelledFace, ImageBgr | BrokenImageError]]:
    for batch in read_batches(faces):
        yield from batch
