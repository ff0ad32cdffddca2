"""What a user may say of a foreign model, as it comes from parameters."""

from __future__ import annotations

from dataclasses import dataclass

NOT_SAID = -2


@dataclass(frozen=True)
class ModelChoice:
    """A foreign model; 0, an empty text or NOT_SAID leave a setting to the model.

    Attributes:
        prefix: of the model's files.
        width: of its input, pixels.
        height: of its input, pixels.
        mean: three numbers with commas between.
        scale: one number, or three with commas between.
        channels: rgb or bgr.
        face_class: which class is a face, -1 for each.
    """

    prefix: str = ""
    width: int = 0
    height: int = 0
    mean: str = ""
    scale: str = ""
    channels: str = ""
    face_class: int = NOT_SAID


NO_MODEL = ModelChoice()
