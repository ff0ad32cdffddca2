"""What dlib's detectors say, in our terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from face_inference.networks.detection import Detections, ImageBgr, keep_inside
from face_inference.networks.logistic import sigmoid

Float32 = npt.NDArray[np.float32]


class Rectangle(Protocol):
    """A dlib rectangle: its four edges belong to it."""

    def left(self) -> int:
        """Return the first column."""

    def top(self) -> int:
        """Return the first row."""

    def right(self) -> int:
        """Return the last column."""

    def bottom(self) -> int:
        """Return the last row."""


def to_detections(rectangles: Sequence[Rectangle], margins: Sequence[float], image_bgr: ImageBgr) -> Detections:
    """Return detections, the surest first.

    Args:
        rectangles: the boxes.
        margins: how far each lies on the face's side of dlib's threshold; a logistic function makes it a score,
            which is 0.5 on the threshold. It orders boxes, but is no probability.
        image_bgr: the image that they are in.
    """
    corners = [(box.left(), box.top(), box.right() + 1, box.bottom() + 1) for box in rectangles]
    xyxy_px = np.array(corners, np.float32).reshape(-1, 4)
    scores = sigmoid(np.array(margins, np.float32))
    order = np.argsort(-scores, kind="stable")
    return keep_inside(xyxy_px[order], scores[order], image_bgr)
