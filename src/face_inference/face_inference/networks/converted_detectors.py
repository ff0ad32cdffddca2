"""The detectors whose networks are converted for this project: the SSD, and the tiny one.

Sources: Liu et al., "SSD: Single Shot MultiBox Detector", 2016; Redmon and Farhadi, "YOLO9000: Better, Faster,
Stronger", 2017 (tiny).
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from face_inference.images import Float32, ImageBgr
from face_inference.logistic import logit, sigmoid
from face_inference.networks.backends import Network
from face_inference.networks.detection import Detections, keep_inside, suppress
from face_inference.networks.preprocessing import InputBuffer, scale_table

SSD_MAX_OVERLAP = 0.5
_CENTRE_VARIANCE = 10
_SIZE_VARIANCE = 5

TINY_MAX_OVERLAP = 0.4
CELL_PX = 32
ANCHORS_CELLS = np.array(
    [[1.603231, 2.094468], [6.041143, 7.080126], [2.882459, 3.518061], [4.266906, 5.178857], [9.041765, 10.66308]],
    np.float32,
)  # width and height


class ConvertedDetector(ABC):
    """Fills a network's input with the image, decodes the boxes in its output, and suppresses those that overlap.

    Attributes:
        score: see Detector.
    """

    def __init__(self, network: Network, table: Float32, max_overlap: float, score: float) -> None:
        """Prepare a detector.

        Args:
            network: what finds the boxes.
            table: float32 (3, 256), what becomes of each pixel value, RGB.
            max_overlap: intersection over union above which of two boxes the less sure one is left out.
            score: what is less sure than this is left out.
        """
        self.score = score
        self._network = network
        self._buffer = InputBuffer(*network.input_shape[2:], table)
        self._max_overlap = max_overlap

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        placement = self._buffer.fill(image_bgr)
        (output,) = self._network.run(self._buffer.planes)
        xyxy_px, scores = self._decode(output)
        kept = suppress(xyxy_px, scores, self._max_overlap)
        return keep_inside(placement.to_image(xyxy_px[kept]), scores[kept], image_bgr)

    @abstractmethod
    def _decode(self, output: Float32) -> tuple[Float32, Float32]:
        """Return the boxes that are sure enough, in pixels of the input, and their scores."""


class SsdDetector(ConvertedDetector):
    """Finds faces with the SSD network, at whatever input size it was converted for."""

    def __init__(self, network: Network, score: float) -> None:
        """Prepare a detector.

        Args:
            network: gives codes and logits, and has the constant ``priors_px``.
            score: what is less sure than this is left out.
        """
        super().__init__(network, scale_table((127.5, 127.5, 127.5), 127.5), SSD_MAX_OVERLAP, score)
        self._priors_px = network.constants["priors_px"]

    def _decode(self, output: Float32) -> tuple[Float32, Float32]:
        return decode_ssd(output, self._priors_px, self.score)


class TinyDetector(ConvertedDetector):
    """Finds faces with the tiny network, which sees large faces only."""

    def __init__(self, network: Network, score: float) -> None:
        """Prepare a detector; what is less sure than ``score`` is left out."""
        super().__init__(network, scale_table((0, 0, 0), 1), TINY_MAX_OVERLAP, score)
        self._columns = network.input_shape[3] // CELL_PX

    def _decode(self, output: Float32) -> tuple[Float32, Float32]:
        return decode_tiny(output, self._columns, self.score)


def decode_ssd(output: Float32, priors_px: Float32, score: float) -> tuple[Float32, Float32]:
    """Decode the boxes that are sure enough.

    Args:
        output: float32 (priors, 5), codes of y, x, height and width, logit.
        priors_px: float32 (priors, 4), ymin, xmin, ymax, xmax in pixels of the input.
        score: the score that a box must exceed.

    Returns:
        boxes, float32 (n, 4), xyxy in pixels of the input; scores, float32 (n,).
    """
    sure = np.flatnonzero(output[:, 4] > logit(score))
    codes, priors = output[sure, :4], priors_px[sure]
    size = priors[:, 2:] - priors[:, :2]
    centre = priors[:, :2] + size / 2 + codes[:, :2] / _CENTRE_VARIANCE * size
    half = np.exp(codes[:, 2:] / _SIZE_VARIANCE) * size / 2
    yxyx = np.concatenate([centre - half, centre + half], axis=1)
    return yxyx[:, [1, 0, 3, 2]], sigmoid(output[sure, 4])


def decode_tiny(output: Float32, columns: int, score: float) -> tuple[Float32, Float32]:
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
