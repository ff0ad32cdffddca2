"""The tiny face detector.

Source: Redmon and Farhadi, "YOLO9000: Better, Faster, Stronger", 2017.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from face_inference.networks.detection import Detections, ImageBgr, keep_inside
from face_inference.networks.logistic import logit, sigmoid
from face_inference.networks.network import Network
from face_inference.networks.pixels import InputBuffer, scale_table
from face_inference.networks.suppression import suppress

Float32 = npt.NDArray[np.float32]

MAX_OVERLAP = 0.4
CELL_PX = 32
ANCHORS_CELLS = np.array(
    [[1.603231, 2.094468], [6.041143, 7.080126], [2.882459, 3.518061], [4.266906, 5.178857], [9.041765, 10.66308]],
    np.float32,
)  # width and height


class TinyDetector:
    """Finds faces with the tiny network, which sees large faces only."""

    def __init__(self, network: Network, score: float) -> None:
        """Prepare a detector; what is less sure than ``score`` is left out."""
        self._network = network
        self._score = score
        self._buffer = InputBuffer(*network.input_shape[2:], scale_table((0, 0, 0), 1))
        self._columns = network.input_shape[3] // CELL_PX

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        placement = self._buffer.fill(image_bgr)
        (output,) = self._network.run(self._buffer.planes)
        xyxy_px, scores = decode(output, self._columns, self._score)
        kept = suppress(xyxy_px, scores, MAX_OVERLAP)
        return keep_inside(placement.to_image(xyxy_px[kept]), scores[kept], image_bgr)


def decode(output: Float32, columns: int, score: float) -> tuple[Float32, Float32]:
    """Decode the boxes that are sure enough.

    Args:
        output: float32 (cells * 5, 5): cell by cell in rows, then anchor by anchor; x, y, width, height, objectness.
        columns: cells in a row.
        score: the score that a box must exceed.

    Returns:
        boxes, float32 (n, 4), xyxy in pixels of the input; scores, float32 (n,).
    """
    sure = np.flatnonzero(output[:, 4] > logit(score))
    cells, anchors = np.divmod(sure, len(ANCHORS_CELLS))
    corner = np.stack([cells % columns, cells // columns], axis=1)
    centre = corner + sigmoid(output[sure, :2])
    half = np.exp(output[sure, 2:4]) * ANCHORS_CELLS[anchors] / 2
    xyxy_cells = np.concatenate([centre - half, centre + half], axis=1)
    return (xyxy_cells * CELL_PX).astype(np.float32), sigmoid(output[sure, 4])
