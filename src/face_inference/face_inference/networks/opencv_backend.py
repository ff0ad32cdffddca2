"""Runs a converted network, NAME.onnx, by OpenCV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from face_inference.networks.memory import return_free_memory
from face_inference.networks.model_file import broken_model_file, read_model_file
from face_inference.networks.network import Float32, Shape
from face_inference.networks.onnx_outline import read_outline


class OpencvNetwork:
    """A converted network in OpenCV's dnn module."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load a network.

        Args:
            models_dir: the folder of the converted models.
            name: which of them.
            images: how many images one run takes.
            threads: how many work on one run, and on whatever else OpenCV does in this process.

        Raises:
            ConfigurationError: the file is missing or broken.
        """
        path = models_dir / f"{name}.onnx"
        data = read_model_file(path)
        cv2.setNumThreads(threads)
        try:
            outline = read_outline(data)
            self._shape: Shape = (images, *outline.input_shape)
            self._constants = outline.constants
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
            self.run(np.zeros(self._shape, np.float32))  # the first run is the slow one
        except (ValueError, cv2.error) as error:
            raise broken_model_file(path, "an ONNX network", error) from error
        del data
        return_free_memory()

    @property
    def input_shape(self) -> Shape:
        """Return images, 3, rows, columns."""
        return self._shape

    @property
    def constants(self) -> Mapping[str, Float32]:
        """Return the arrays that belong to the network, by name."""
        return self._constants

    def run(self, images_rgb: Float32) -> Float32:
        """Run the network; see Network."""
        self._net.setInput(images_rgb)
        return np.asarray(self._net.forward(), np.float32)
