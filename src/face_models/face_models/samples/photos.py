"""The labelled sample photos, read from the face library's npm package, which the set-up fetches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from face_inference.networks.detection import ImageBgr
from signage_common.errors import ConfigurationError
from signage_common.home import require

Float32 = npt.NDArray[np.float32]

TRUTH = Path(__file__).with_name("sample-faces.json")
FOLDER = "npm/face-api/node_modules/@vladmandic/face-api/demo"


@dataclass(frozen=True, eq=False)
class LabelledImage:
    """An image and where its faces are.

    Attributes:
        name: the photo's file name without its ending.
        image_bgr: uint8 (h, w, 3), BGR.
        faces_px: float32 (n, 4), left, top, right, bottom of each face, in pixels of the image.
    """

    name: str
    image_bgr: ImageBgr
    faces_px: Float32


def load_photos(folder: Path | None = None) -> Sequence[LabelledImage]:
    """Read the sample photos as they are stored.

    Args:
        folder: where they lie; by default where the set-up puts them.

    Raises:
        ConfigurationError: one is missing, or isn't the photo that was labelled.
    """
    folder = folder or require(*FOLDER.split("/"))
    return [_load(folder / entry["file"], entry) for entry in json.loads(TRUTH.read_text())["photos"]]


def _load(path: Path, entry: dict[str, object]) -> LabelledImage:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; `./signage setup` fetches it") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ConfigurationError(f"{path}: expected the photo that was labelled, this is another one")
    image: ImageBgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return LabelledImage(path.stem, image, np.array(entry["faces"], np.float32))
