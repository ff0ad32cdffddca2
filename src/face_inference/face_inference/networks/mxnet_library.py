"""MXNet's shared library: the one place that loads it, with what must be set before, and its C predict API.

Running a network needs the library only: that starts in 0.1 s and takes 110 MB less than the Python package, which is
for making models. A symbol and its parameters are bound for one input shape, operators fused, nothing for training.
Source: ``include/mxnet/c_predict_api.h`` of MXNet 1.9.

One thread unless more are asked for, because a node is a process of its own and the cores are shared by all of them.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import importlib.util
import itertools
import os
import warnings
from collections.abc import Mapping
from ctypes import POINTER, byref, c_char_p, c_float, c_int, c_uint, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
from signage_common.errors import ConfigurationError

from face_inference.images import Float32

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",  # else a thread that waits spins, which costs others fifteen times the work
    "OPENBLAS_NUM_THREADS": "1",
    "MXNET_CPU_WORKER_NTHREADS": "1",
    "MXNET_SUBGRAPH_VERBOSE": "0",
}
_CPU = 1
_FLOATS = POINTER(c_float)


def use_threads(threads: int) -> None:
    """Choose how many threads work on one run, whatever the environment says; without effect once MXNet is loaded."""
    if not load_library.cache_info().currsize and not import_mxnet.cache_info().currsize:
        os.environ["OMP_NUM_THREADS"] = str(threads)


@functools.cache
def load_library() -> ctypes.CDLL:
    """Load MXNet's shared library.

    Raises:
        ConfigurationError: the package mxnet is not installed, or its library does not load.
    """
    _set_environment()
    spec = importlib.util.find_spec("mxnet")
    if spec is None or spec.origin is None:
        raise ConfigurationError("the Python package mxnet is not installed; `./signage setup` installs it")
    path = Path(spec.origin).parent / "libmxnet.so"
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ConfigurationError(f"{path}: expected MXNet's library, {error}") from error
    library.MXGetLastError.restype = ctypes.c_char_p
    return library


@functools.cache
def import_mxnet() -> Any:
    """Import MXNet's Python package, which uses what newer NumPy versions have deprecated or no longer have."""
    _set_environment()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "bool" not in vars(np):
            np.bool = bool  # type: ignore[attr-defined, unused-ignore]  # MXNet reads it; some NumPy versions lack it
        if importlib.util.find_spec("distutils") is None:  # Python 3.12 has none, MXNet asks for it
            importlib.import_module("setuptools")  # brings one
        import mxnet
    return mxnet


def _set_environment() -> None:
    """Set what MXNet reads once, unless the user has."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)


class MxnetError(Exception):
    """MXNet refused what it was given."""


class Predictor:
    """One bound network.

    Attributes:
        outputs: what the last run gave; the arrays are kept and filled anew in each run.
    """

    def __init__(
        self,
        symbol: bytes,
        params: bytes,
        input_name: str,
        input_shape: tuple[int, ...],
        fixed: Mapping[str, Float32] | None = None,
        outputs: int = 1,
    ) -> None:
        """Bind a network.

        Args:
            symbol: the symbol's JSON.
            params: the params file.
            input_name: the input that each run is given.
            input_shape: its shape, batch first.
            fixed: further inputs, which stay as they are.
            outputs: how many of the network's outputs are wanted.

        Raises:
            MxnetError: MXNet can't read or bind it.
        """
        self._library = load_library()
        self._handle = c_void_p()
        self._input_name = input_name.encode()
        shapes = {input_name: input_shape} | {name: value.shape for name, value in (fixed or {}).items()}
        files = (symbol, params, c_int(len(params)))
        inputs = _describe_inputs(shapes)
        _check(self._library, self._library.MXPredCreate(*files, _CPU, 0, *inputs, byref(self._handle)))
        for name, value in (fixed or {}).items():
            self._set_input(name.encode(), value)
        self.outputs = [np.empty(self._output_shape(index), np.float32) for index in range(outputs)]

    def run(self, data: Float32) -> Float32:
        """Run the network on a contiguous array; return its first output, which the next run overwrites."""
        library, handle = self._library, self._handle
        self._set_input(self._input_name, data)
        _check(library, library.MXPredForward(handle))
        for index, output in enumerate(self.outputs):
            pointer = output.ctypes.data_as(_FLOATS)
            _check(library, library.MXPredGetOutput(handle, c_uint(index), pointer, c_uint(output.size)))
        return self.outputs[0]

    def _set_input(self, name: bytes, data: Float32) -> None:
        pointer = data.ctypes.data_as(_FLOATS)
        _check(self._library, self._library.MXPredSetInput(self._handle, name, pointer, c_uint(data.size)))

    def __del__(self) -> None:
        """Give the network's memory back."""
        if getattr(self, "_handle", None):
            self._library.MXPredFree(self._handle)
            self._handle = c_void_p()

    def _output_shape(self, index: int) -> tuple[int, ...]:
        shape, dimensions = POINTER(c_uint)(), c_uint()
        _check(
            self._library,
            self._library.MXPredGetOutputShape(self._handle, c_uint(index), byref(shape), byref(dimensions)),
        )
        return tuple(shape[: dimensions.value])


def _describe_inputs(shapes: Mapping[str, tuple[int, ...]]) -> tuple[Any, ...]:
    """Return the number of inputs, their names, where each one's shape ends, and all shapes one after another."""
    names = (c_char_p * len(shapes))(*[name.encode() for name in shapes])
    ends = (c_uint * (len(shapes) + 1))(0, *itertools.accumulate(map(len, shapes.values())))
    sizes = [size for shape in shapes.values() for size in shape]
    return c_uint(len(shapes)), names, ends, (c_uint * len(sizes))(*sizes)


def read_params(params: bytes, prefix: str) -> tuple[dict[str, tuple[int, ...]], dict[str, Float32]]:
    """Read a params file.

    Args:
        params: the file's content.
        prefix: which arrays are wanted.

    Returns:
        the shapes of all arrays by name, and the arrays whose names begin with ``prefix``, by the rest of their names.

    Raises:
        MxnetError: it is not a params file.
    """
    library = load_library()
    handle, count = c_void_p(), c_uint()
    _check(library, library.MXNDListCreate(params, c_int(len(params)), byref(handle), byref(count)))
    shapes, wanted = {}, {}
    try:
        for index in range(count.value):
            name, data, shape, dimensions = c_char_p(), _FLOATS(), POINTER(c_uint)(), c_uint()
            arguments = (byref(name), byref(data), byref(shape), byref(dimensions))
            _check(library, library.MXNDListGet(handle, c_uint(index), *arguments))
            text = (name.value or b"").decode()
            shapes[text] = tuple(shape[: dimensions.value])
            if text.startswith(prefix):
                array = np.ctypeslib.as_array(data, shapes[text])
                wanted[text.removeprefix(prefix)] = array.copy()
    finally:
        library.MXNDListFree(handle)
    return shapes, wanted


def _check(library: ctypes.CDLL, status: int) -> None:
    if status != 0:
        message = library.MXGetLastError().decode(errors="replace")
        raise MxnetError(message.strip().splitlines()[0] if message.strip() else f"MXNet's status {status}")
