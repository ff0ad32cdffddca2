"""Loads a converted network from its files: NAME-symbol.json, NAME-0000.params."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from face_inference.networks.memory import return_free_memory
from face_inference.networks.model_file import broken_model_file, read_model_file
from face_inference.networks.mxnet_library import use_threads
from face_inference.networks.mxnet_predictor import MxnetError, Predictor, read_params
from face_inference.networks.network import Float32, Shape

INPUT = "data"
CONSTANT_PREFIX = "const:"


class MxnetNetwork:
    """A converted network, bound to one input shape."""

    def __init__(self, models_dir: Path, name: str, images: int = 1, threads: int = 1) -> None:
        """Load and bind a network.

        Args:
            models_dir: the folder of the converted models.
            name: which of them.
            images: how many images one run takes.
            threads: how many work on one run; the first network of a process decides for all.

        Raises:
            ConfigurationError: a file is missing or broken.
        """
        use_threads(threads)
        symbol_path, params_path = models_dir / f"{name}-symbol.json", models_dir / f"{name}-0000.params"
        symbol, params = read_model_file(symbol_path), read_model_file(params_path)
        needed, shape = _parse_symbol(symbol, symbol_path)
        try:
            present, constants = read_params(params, CONSTANT_PREFIX)
            if not needed <= present.keys():
                raise MxnetError(f"{min(needed - present.keys())} is missing")
            self._predictor = Predictor(symbol, params, INPUT, (images, *shape[1:]))
            self._predictor.run(np.zeros((images, *shape[1:]), np.float32))  # the first run is the slow one
        except MxnetError as error:
            raise broken_model_file(params_path, f"the parameters of {symbol_path.name}", error) from error
        self._shape = (images, *shape[1:])
        self._constants = constants
        del symbol, params
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
        return self._predictor.run(images_rgb)


def _parse_symbol(symbol: bytes, path: Path) -> tuple[set[str], Shape]:
    """Return the names that the params file must hold, and the shape of the input."""
    try:
        variables: list[dict[str, Any]] = [node for node in json.loads(symbol)["nodes"] if node["op"] == "null"]
        by_name = {node["name"]: node.get("attrs", {}) for node in variables}
        images, channels, rows, columns = ast.literal_eval(by_name.pop(INPUT)["__shape__"])
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise broken_model_file(path, f"an MXNet symbol whose input {INPUT!r} has a shape", error) from error
    return {f"arg:{name}" for name in by_name}, (images, channels, rows, columns)
