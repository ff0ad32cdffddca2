"""The labelled sample photos: read, brought to a camera's size, and compared with what a detector finds in them.

The photos lie in the face library's npm package, which the set-up fetches; only where the faces are is kept here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from face_inference.images import ImageBgr
from face_inference.networks.detection import overlap
from signage_common.errors import ConfigurationError
from signage_common.home import require

Float32 = npt.NDArray[np.float32]

LABELS = Path(__file__).with_name("sample-faces.json")
FOLDER = "npm/face-api/node_modules/@vladmandic/face-api/demo"
MIN_OVERLAP = 0.3  # one detector's box reaches from the eyebrows to the chin, another's holds the whole head


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
    return [_load(folder / entry["file"], entry) for entry in json.loads(LABELS.read_text())["photos"]]


def _load(path: Path, entry: dict[str, object]) -> LabelledImage:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; `./signage setup` fetches it") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ConfigurationError(f"{path}: expected the photo that was labelled, this is another one")
    image: ImageBgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)  # type: ignore[assignment]
    return LabelledImage(path.stem, image, np.array(entry["faces"], np.float32))


def scale_and_crop(photo: LabelledImage, size_px: tuple[int, int]) -> LabelledImage:
    """Bring a photo to a camera's size: filled, nothing stretched.

    The photo is scaled until it just covers the frame; of what is left over, the frame shows the part in whose middle
    the faces are.

    Args:
        photo: an image with faces.
        size_px: width and height of the frame.
    """
    width, height = size_px
    rows, columns = photo.image_bgr.shape[:2]
    scale = max(width / columns, height / rows)
    covering = (max(round(columns * scale), width), max(round(rows * scale), height))
    scaled = cv2.resize(photo.image_bgr, covering, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    faces_px = photo.faces_px * np.float32(scale)
    left = _window_start(faces_px[:, 0].min(), faces_px[:, 2].max(), width, covering[0])
    top = _window_start(faces_px[:, 1].min(), faces_px[:, 3].max(), height, covering[1])
    image = np.ascontiguousarray(scaled[top : top + height, left : left + width])
    return LabelledImage(photo.name, image, faces_px - np.array([left, top, left, top], np.float32))


def _window_start(first: float, last: float, wanted: int, present: int) -> int:
    """Return where a window begins in whose middle lies what reaches from first to last, inside what is present."""
    return min(max(round((float(first) + float(last) - wanted) / 2), 0), present - wanted)


@dataclass(frozen=True)
class DetectionCount:
    """How many faces a detector found in one or more images, and how many false alarms it gave.

    Attributes:
        truth: faces that there are.
        found: faces that a box lies on.
        false_alarms: boxes that lie on no face, or on one that another box lies on already.
    """

    truth: int
    found: int
    false_alarms: int

    def __add__(self, other: DetectionCount) -> DetectionCount:
        return DetectionCount(
            self.truth + other.truth, self.found + other.found, self.false_alarms + other.false_alarms
        )


def count_detections(faces_px: Float32, xyxy_px: Float32, min_overlap: float = MIN_OVERLAP) -> DetectionCount:
    """Count the faces found in one image.

    Args:
        faces_px: float32 (n, 4), where the faces are.
        xyxy_px: float32 (m, 4), what a detector found.
        min_overlap: the intersection over union from which on a box lies on a face.
    """
    found = len(match_boxes(faces_px, xyxy_px, min_overlap))
    return DetectionCount(len(faces_px), found, len(xyxy_px) - found)


def match_boxes(faces_px: Float32, xyxy_px: Float32, min_overlap: float = MIN_OVERLAP) -> dict[int, int]:
    """Return which box lies on which face, each at most once, the largest overlap first: {face: box}."""
    if not len(faces_px) or not len(xyxy_px):
        return {}
    overlaps = np.stack([overlap(face, xyxy_px) for face in faces_px])
    pairs: dict[int, int] = {}
    for place in np.argsort(-overlaps, axis=None, kind="stable"):
        face, box = divmod(int(place), len(xyxy_px))
        if overlaps[face, box] >= min_overlap and face not in pairs and box not in pairs.values():
            pairs[face] = box
    return pairs
