"""A network that is ready to run, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Shape = tuple[int, int, int, int]


class Network(Protocol):
    """Takes a batch of RGB images and gives one array.

    Attributes:
        input_shape: images, 3, rows, columns.
        constants: arrays that belong to the network, such as prior boxes, by name.
    """

    @property
    def input_shape(self) -> Shape:
        """Return images, 3, rows, columns."""

    @property
    def constants(self) -> Mapping[str, Float32]:
        """Return the arrays that belong to the network, by name."""

    def run(self, images_rgb: Float32) -> Float32:
        """Run the network.

        Args:
            images_rgb: float32 of ``input_shape``, contiguous, scaled as the network wants it.

        Returns:
            float32; it is the network's own buffer, valid until the next run.
        """
