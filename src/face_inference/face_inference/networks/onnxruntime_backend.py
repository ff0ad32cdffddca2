"""Runs a converted network, NAME.onnx, by onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.networks.memory import return_free_memory
from face_inference.networks.model_file import broken_model_file, read_model_file
from face_inference.networks.network import Float32, Shape
from face_inference.networks.onnx_outline import read_outline

_ERRORS_ONLY = 3


class OnnxruntimeNetwork:
    """A converted network in an onnxruntime session."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load a network.

        Args:
            models_dir: the folder of the converted models.
            name: which of them.
            images: how many images one run takes.
            threads: how many work on one run.

        Raises:
            ConfigurationError: onnxruntime is not installed, or the file is missing or broken.
        """
        path = models_dir / f"{name}.onnx"
        data = read_model_file(path)
        onnxruntime = _import_onnxruntime()
        try:
            outline = read_outline(data)
            self._session = onnxruntime.InferenceSession(
                data, _options(onnxruntime, threads), providers=["CPUExecutionProvider"]
            )
            self._input = self._session.get_inputs()[0].name
            self._shape: Shape = (images, *outline.input_shape)
            self.run(np.zeros(self._shape, np.float32))  # the first run is the slow one
        except Exception as error:  # onnxruntime's own classes have no other base
            raise broken_model_file(path, "an ONNX network", error) from error
        self._constants = outline.constants
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
        output: Float32 = self._session.run(None, {self._input: images_rgb})[0]
        return output


def _import_onnxruntime() -> Any:
    """Import onnxruntime; here, because a node with another backend need not wait for it."""
    try:
        import onnxruntime  # type: ignore[import-untyped, unused-ignore]  # it has no types
    except ImportError as error:
        raise ConfigurationError(
            f"the Python package onnxruntime is needed ({error}); `./signage setup` installs it"
        ) from error
    return onnxruntime


def _options(onnxruntime: Any, threads: int) -> Any:
    """Return how a session is to run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait take no time
    return options
