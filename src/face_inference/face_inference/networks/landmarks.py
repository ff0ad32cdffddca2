"""68 landmarks of a face.

The order is that of the 300-W annotation: 17 points along the jaw from the left of the image, 5 on each brow, 9 on the
nose, 6 around each eye, 20 on the mouth. Source: Sagonas et al., "300 Faces In-The-Wild Challenge", 2016.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from face_inference.images import Float32, ImageBgr
from face_inference.networks.backends import DEFAULT_BACKEND, make_network
from face_inference.networks.preprocessing import FACE_MEAN_RGB, InputBuffer, scale_table

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

    def locate_in_crop(self, face_bgr: ImageBgr) -> Float32:
        """Find the landmarks of a face that is cut out already: float32 (68, 2), x and y in pixels of the cut."""
        placement = self._buffer.fill(face_bgr)
        return placement.to_image(self._network.run(self._buffer.planes).reshape(POINTS, 2) * self._input_size)
