"""Read from one image what its faces say: where heads are turned, how sharp they are, gender and age."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from face_inference.boxes import shorter_side
from face_inference.fusing import Observation
from face_inference.networks.age_gender import FaceEstimates
from face_inference.networks.crops import crop
from face_inference.pose import Turn, find_turn, middle
from face_inference.sharpness import sharpness
from face_inference.tracks import TrackedFace

ImageBgr = NDArray[np.uint8]


class Classifier(Protocol):
    """Estimates gender and age of faces."""

    def estimate(self, image_bgr: ImageBgr, xyxy_px: NDArray[np.float32]) -> FaceEstimates:
        """Return the estimates of the faces in these boxes: uint8 (h, w, 3), float32 (n, 4)."""


class Locator(Protocol):
    """Finds the landmarks of faces."""

    def locate(self, image_bgr: ImageBgr, xyxy_px: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the landmarks of the faces in these boxes: uint8 (h, w, 3), float32 (n, 4) to (n, 68, 2), px."""


@dataclass(frozen=True)
class Look:
    """How one image shows one face.

    Attributes:
        turn: where the head is turned; None if that can't be told.
        sharpness: see ``sharpness``.
    """

    turn: Turn | None
    sharpness: float


class FaceReader:
    """Reads faces with the networks."""

    def __init__(self, classifier: Classifier, locator: Locator) -> None:
        self._classifier = classifier
        self._locator = locator

    def look(self, image_bgr: ImageBgr, faces: Sequence[TrackedFace]) -> dict[int, Look]:
        """Return how the image shows each of these faces, by track id."""
        cuts = {face.track_id: crop(image_bgr, np.array(face.xyxy_px, np.float32)) for face in faces}
        return {number: self._look(cut.image_bgr) if cut else Look(None, 0.0) for number, cut in cuts.items()}

    def _look(self, face_bgr: ImageBgr) -> Look:
        """Look at a face and at its mirror image: the network finds the landmarks of a tilted head one-sidedly."""
        turn, mirrored = self._turn(face_bgr), self._turn(np.ascontiguousarray(face_bgr[:, ::-1]))
        return Look(middle(turn, mirrored.mirrored) if turn and mirrored else None, sharpness(face_bgr))

    def _turn(self, face_bgr: ImageBgr) -> Turn | None:
        height, width = face_bgr.shape[:2]
        return find_turn(self._locator.locate(face_bgr, np.array([[0, 0, width, height]], np.float32))[0])

    def classify(
        self, image_bgr: ImageBgr, faces: Sequence[TrackedFace], looks: dict[int, Look]
    ) -> dict[int, Observation]:
        """Return what the image says of each of these faces, by track id; ``looks`` are of the same image."""
        if not faces:
            return {}
        result = self._classifier.estimate(image_bgr, _boxes(faces))
        observations = {}
        for face, male, age in zip(faces, result.male_probability.tolist(), result.age_years.tolist(), strict=True):
            look = looks[face.track_id]
            if look.turn is not None and math.isfinite(male) and math.isfinite(age):
                size = shorter_side(face.xyxy_px)
                observations[face.track_id] = Observation(male, age, size, look.sharpness, look.turn.away_deg)
        return observations


def _boxes(faces: Sequence[TrackedFace]) -> NDArray[np.float32]:
    return np.array([face.xyxy_px for face in faces], np.float32).reshape(-1, 4)
