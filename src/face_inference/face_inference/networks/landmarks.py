"""68 landmarks of a face.

The order is that of the 300-W annotation: 17 points along the jaw from the left of the image, 5 on each brow, 9 on the
nose, 6 around each eye, 20 on the mouth. Source: Sagonas et al., "300 Faces In-The-Wild Challenge", 2016.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from face_inference.images import Float32, ImageBgr
from face_inference.networks.backends import DEFAULT_BACKEND, make_network
from face_inference.networks.preprocessing import FACE_MEAN_RGB, InputBuffer, crop, scale_table

POINTS = 68


class LandmarkNet:
    """Finds the landmarks of faces."""

    def __init__(
        self, models_dir: Path, name: str = "landmarks", backend: str = DEFAULT_BACKEND, threads: int = 1
    ) -> None:
        """Load the network.

        Args:
            models_dir: the folder of the converted models.
            name: which of them.
            backend: what runs the network.
            threads: how many work on one run.

        Raises:
            ConfigurationError: a file is missing or broken.
        """
        self._network = make_network(backend, models_dir, name, threads)
        self._buffer = InputBuffer(*self._network.input_shape[2:], scale_table(FACE_MEAN_RGB, 255), centred=True)
        self._input_size = np.array(self._network.input_shape[:1:-1], np.float32)

    def locate(self, image_bgr: ImageBgr, xyxy_px: Float32) -> Float32:
        """Find the landmarks of the faces of one image.

        Args:
            image_bgr: uint8 (h, w, 3), BGR.
            xyxy_px: float32 (n, 4), the faces' boxes in pixels of the image.

        Returns:
            float32 (n, 68, 2), x and y in pixels of the image; NaN where a box covers no pixel of it.
        """
        points = np.full((len(xyxy_px), POINTS, 2), np.nan, np.float32)
        for index, box in enumerate(xyxy_px):
            face = crop(image_bgr, box)
            if face is not None:
                points[index] = self.locate_in_crop(face.image_bgr) + np.array(face.origin_px, np.float32)
        return points

    def locate_in_crop(self, face_bgr: ImageBgr) -> Float32:
        """Find the landmarks of a face that is cut out already: float32 (68, 2), x and y in pixels of the cut."""
        placement = self._buffer.fill(face_bgr)
        return placement.to_image(self._network.run(self._buffer.planes).reshape(POINTS, 2) * self._input_size)
