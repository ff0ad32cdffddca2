"""From a photo to what a camera would have seen: the camera's size, filled, nothing stretched, every face whole."""

from __future__ import annotations

import cv2
import numpy as np

from face_models.samples.photos import LabelledImage


def frame(photo: LabelledImage, size_px: tuple[int, int]) -> LabelledImage:
    """Cut a photo to a camera's size.

    The photo is scaled until it just covers the frame, its aspect kept; of what is left over, the frame shows the part
    in whose middle the faces are.

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
    left = _start(faces_px[:, 0].min(), faces_px[:, 2].max(), width, covering[0])
    top = _start(faces_px[:, 1].min(), faces_px[:, 3].max(), height, covering[1])
    image = np.ascontiguousarray(scaled[top : top + height, left : left + width])
    return LabelledImage(photo.name, image, faces_px - np.array([left, top, left, top], np.float32))


def _start(first: float, last: float, wanted: int, present: int) -> int:
    """Return where a window begins in whose middle lies what reaches from first to last, inside what is present."""
    return min(max(round((float(first) + float(last) - wanted) / 2), 0), present - wanted)
