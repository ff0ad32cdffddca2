"""The ways to run a converted network: MXNet, onnxruntime or OpenCV, by name.

MXNet reads ``NAME-symbol.json`` and ``NAME-0000.params``, the others ``NAME.onnx``. All take the same images and give
the same answers.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.images import Float32
from face_inference.networks.late_imports import import_library
from face_inference.networks.model_files import (
    broken_model_file,
    check_input_size,
    parse_json,
    parse_shape,
    read_model_file,
    return_free_memory,
)
from face_inference.networks.mxnet_library import MxnetError, Predictor, read_params, use_threads

Shape = tuple[int, int, int, int]

DEFAULT_BACKEND = "mxnet"
CONSTANT_PREFIX = "const:"
"""Begins the names of the arrays that belong to a network, in its files."""

_MXNET_INPUT = "data"
_ERRORS_ONLY = 3


class Network(ABC):
    """A network that is ready to run: it takes a batch of RGB images and gives one array.

    Attributes:
        input_shape: images, 3, rows, columns.
        constants: arrays that belong to the network, such as prior boxes, by name.
    """

    input_shape: Shape
    constants: Mapping[str, Float32]

    @abstractmethod
    def run(self, images_rgb: Float32) -> Float32:
        """Run the network.

        Args:
            images_rgb: float32 of ``input_shape``, contiguous, scaled as the network wants it.

        Returns:
            float32; it is the network's own buffer, valid until the next run.
        """

    def _warm_up(self) -> None:
        """Run it on black, since the first run is the slow one; then give back what only loading needed."""
        self.run(np.zeros(self.input_shape, np.float32))
        return_free_memory()


class MxnetNetwork(Network):
    """A converted network, bound by MXNet."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load and bind a network; its arguments are those of ``make_network``.

        Raises:
            ConfigurationError: a file is missing or broken.
        """
        use_threads(threads)
        symbol_path, params_path = models_dir / f"{name}-symbol.json", models_dir / f"{name}-0000.params"
        symbol, params = read_model_file(symbol_path), read_model_file(params_path)
        needed, shape = _parse_symbol(symbol, symbol_path)
        self.input_shape = (images, *shape[1:])
        try:
            present, self.constants = read_params(params, CONSTANT_PREFIX)
            if not needed <= present.keys():
                raise MxnetError(f"{min(needed - present.keys())} is missing")
            self._predictor = Predictor(symbol, params, _MXNET_INPUT, self.input_shape)
            del symbol, params
            self._warm_up()
        except MxnetError as error:
            raise broken_model_file(params_path, f"the parameters of {symbol_path.name}", error) from error

    def run(self, images_rgb: Float32) -> Float32:
        """Run the network; see Network."""
        return self._predictor.run(images_rgb)


class OnnxruntimeNetwork(Network):
    """A converted network in an onnxruntime session."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load a network; its arguments are those of ``make_network``.

        Raises:
            ConfigurationError: onnxruntime is not installed, or the file is missing or broken.
        """
        path = models_dir / f"{name}.onnx"
        data = read_model_file(path)
        onnxruntime = _import_onnxruntime()
        try:
            self._session = _open_session(onnxruntime, data, threads)
            shape, self.constants = describe_session(self._session)
            self._input = self._session.get_inputs()[0].name
            self.input_shape = (images, *shape)
            del data
            self._warm_up()
        except Exception as error:  # onnxruntime's own classes have no other base
            raise broken_model_file(path, "an ONNX network", error) from error

    def run(self, images_rgb: Float32) -> Float32:
        """Run the network; see Network."""
        output: Float32 = self._session.run(None, {self._input: images_rgb})[0]
        return output


class OpencvNetwork(Network):
    """A converted network in OpenCV's dnn module, which tells neither the input's shape nor the constants."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load a network; its arguments are those of ``make_network``.

        Raises:
            ConfigurationError: onnxruntime, which describes the file, is not installed, or the file is missing or
                broken.
        """
        path = models_dir / f"{name}.onnx"
        data = read_model_file(path)
        onnxruntime = _import_onnxruntime()
        cv2.setNumThreads(threads)
        try:
            shape, self.constants = describe_session(_open_session(onnxruntime, data, threads=1, optimised=False))
            self.input_shape = (images, *shape)
            return_free_memory()
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
            del data
            self._warm_up()
        except Exception as error:  # onnxruntime's own classes have no other base
            raise broken_model_file(path, "an ONNX network", error) from error

    def run(self, images_rgb: Float32) -> Float32:
        """Run the network; see Network."""
        self._net.setInput(images_rgb)
        return np.asarray(self._net.forward(), np.float32)


BACKENDS: Mapping[str, Callable[[Path, str, int, int], Network]] = {
    "mxnet": MxnetNetwork,
    "onnxruntime": OnnxruntimeNetwork,
    "opencv": OpencvNetwork,
}


def make_network(backend: str, models_dir: Path, name: str, threads: int = 1, images: int = 1) -> Network:
    """Load a network, ready for its first image.

    Args:
        backend: what runs it, a key of BACKENDS.
        models_dir: the folder of the converted models.
        name: which of them.
        threads: how many work on one run; in MXNet the first network of a process decides for all, in OpenCV the
            last, also on whatever else OpenCV does in this process.
        images: how many images one run takes.

    Raises:
        ConfigurationError: there is no such backend, or it is not installed, or the model is missing or broken.
    """
    if backend not in BACKENDS:
        raise ConfigurationError(f"backend: expected one of {', '.join(BACKENDS)}, got {backend!r}")
    return BACKENDS[backend](models_dir, name, images, threads)


def describe_session(session: Any) -> tuple[tuple[int, int, int], dict[str, Float32]]:
    """Return what an onnxruntime session knows of its file: the shape of the input, and the constants by name.

    The shape is channels, rows, columns, without the batch axis. A constant is a text property of the file that holds
    its shape, and its bytes in base 64, little-endian.

    Raises:
        ValueError: the input is not images of one size, or a constant is broken.
    """
    shape = session.get_inputs()[0].shape[1:]
    if len(shape) != 3 or not all(isinstance(size, int) and size > 0 for size in shape):
        raise ValueError("it has no graph whose input is images of one size")
    channels, rows, columns = shape
    check_input_size(rows, columns)
    properties: Mapping[str, str] = session.get_modelmeta().custom_metadata_map
    constants = {
        name.removeprefix(CONSTANT_PREFIX): _decode_array(text)
        for name, text in properties.items()
        if name.startswith(CONSTANT_PREFIX)
    }
    return (channels, rows, columns), constants


def _decode_array(text: str) -> Float32:
    try:
        parts = parse_json(text)
        values = np.frombuffer(base64.b64decode(parts["data"], validate=True), "<f4")
        array: Float32 = values.astype(np.float32).reshape(parts["shape"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"a constant lacks shape or data, {error!r}") from error
    return array


def _parse_symbol(symbol: bytes, path: Path) -> tuple[set[str], Shape]:
    """Return the names that the params file must hold, and the shape of the input."""
    try:
        variables: list[dict[str, Any]] = [node for node in parse_json(symbol)["nodes"] if node["op"] == "null"]
        by_name = {node["name"]: node.get("attrs", {}) for node in variables}
        images, channels, rows, columns = parse_shape(by_name.pop(_MXNET_INPUT)["__shape__"])
        check_input_size(rows, columns)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise broken_model_file(path, f"an MXNet symbol whose input {_MXNET_INPUT!r} has a shape", error) from error
    return {f"arg:{name}" for name in by_name}, (images, channels, rows, columns)


def _import_onnxruntime() -> Any:
    """Import onnxruntime; here, because a node with another backend need not wait for it."""
    try:
        return import_library("onnxruntime")
    except ImportError as error:
        raise ConfigurationError(
            f"the Python package onnxruntime is needed ({error}); `./signage setup` installs it"
        ) from error


def _open_session(onnxruntime: Any, data: bytes, threads: int, optimised: bool = True) -> Any:
    """Return a session; one that isn't optimised opens faster, and is for looking into the file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait take no time
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
