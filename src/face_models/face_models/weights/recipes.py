"""Which networks are made, from which of the library's models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from face_models.weights.age_gender import build_age_gender
from face_models.weights.graph import Graph
from face_models.weights.landmarks import build_landmarks
from face_models.weights.shards import Weights
from face_models.weights.ssd import build_ssd
from face_models.weights.tiny import build_tiny


@dataclass(frozen=True)
class Recipe:
    """How one network is made.

    Attributes:
        model: the library's name of the weights.
        build: makes the graph of (weights, rows, columns).
        rows: height of the input in pixels.
        columns: width of the input in pixels.
    """

    model: str
    build: Callable[[Weights, int, int], Graph]
    rows: int
    columns: int


RECIPES: dict[str, Recipe] = {
    "ssd-512x288": Recipe("ssd_mobilenetv1_model", build_ssd, 288, 512),
    "ssd-320x192": Recipe("ssd_mobilenetv1_model", build_ssd, 192, 320),
    "ssd-512x512": Recipe("ssd_mobilenetv1_model", build_ssd, 512, 512),
    "tiny-416": Recipe("tiny_face_detector_model", build_tiny, 416, 416),
    "age-gender": Recipe("age_gender_model", build_age_gender, 112, 112),
    "landmarks": Recipe("face_landmark_68_tiny_model", build_landmarks, 112, 112),
}
