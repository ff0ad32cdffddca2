"""The SSD face detector.

Source: Liu et al., "SSD: Single Shot MultiBox Detector", 2016.
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

MAX_OVERLAP = 0.5
_CENTRE_VARIANCE = 10
_SIZE_VARIANCE = 5


class SsdDetector:
    """Finds faces with the SSD network, at whatever input size it was converted for."""

    def __init__(self, network: Network, score: float) -> None:
        """Prepare a detector.

        Args:
            network: gives codes and logits, and has the constant ``priors_px``.
            score: what is less sure than this is left out.
        """
        self._network = network
        self._score = score
        self._buffer = InputBuffer(*network.input_shape[2:], scale_table((127.5, 127.5, 127.5), 127.5))
        self._priors_px = network.constants["priors_px"]

    def detect(self, image_bgr: ImageBgr) -> Detections:
        """Find the faces of an image; see Detector."""
        placement = self._buffer.fill(image_bgr)
        (output,) = self._network.run(self._buffer.planes)
        xyxy_px, scores = decode(output, self._priors_px, self._score)
        kept = suppress(xyxy_px, scores, MAX_OVERLAP)
        return keep_inside(placement.to_image(xyxy_px[kept]), scores[kept], image_bgr)


def decode(output: Float32, priors_px: Float32, score: float) -> tuple[Float32, Float32]:
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
