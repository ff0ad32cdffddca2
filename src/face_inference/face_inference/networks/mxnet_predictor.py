"""MXNet's C predict API: a symbol and its parameters bound for one input shape, operators fused, nothing for training.

Source: ``include/mxnet/c_predict_api.h`` of MXNet 1.9.
"""

from __future__ import annotations

import ctypes
import math
from ctypes import POINTER, byref, c_char_p, c_float, c_int, c_uint, c_void_p

import numpy as np

from face_inference.networks.mxnet_library import load_library
from face_inference.networks.network import Float32

_CPU = 1
_FLOATS = POINTER(c_float)


class MxnetError(Exception):
    """MXNet refused what it was given."""


class Predictor:
    """One bound network; it keeps its output array and fills it anew in each run."""

    def __init__(self, symbol: bytes, params: bytes, input_name: str, input_shape: tuple[int, ...]) -> None:
        """Bind a network.

        Args:
            symbol: the symbol's JSON.
            params: the params file.
            input_name: the one input.
            input_shape: its shape, batch first.

        Raises:
            MxnetError: MXNet can't read or bind it.
        """
        self._library = load_library()
        self._handle = c_void_p()
        self._input_name = input_name.encode()
        self._input_size = math.prod(input_shape)
        names = (c_char_p * 1)(self._input_name)
        ends = (c_uint * 2)(0, len(input_shape))
        shape = (c_uint * len(input_shape))(*input_shape)
        files = (symbol, params, c_int(len(params)))
        inputs = (c_uint(1), names, ends, shape)
        _check(self._library, self._library.MXPredCreate(*files, _CPU, 0, *inputs, byref(self._handle)))
        self._output = np.empty(self._output_shape(), np.float32)

    def run(self, data: Float32) -> Float32:
        """Run the network on a contiguous array; return its output, which the next run overwrites."""
        library, handle = self._library, self._handle
        pointer = data.ctypes.data_as(_FLOATS)
        _check(library, library.MXPredSetInput(handle, self._input_name, pointer, c_uint(self._input_size)))
        _check(library, library.MXPredForward(handle))
        output = self._output
        _check(library, library.MXPredGetOutput(handle, c_uint(0), output.ctypes.data_as(_FLOATS), c_uint(output.size)))
        return output

    def __del__(self) -> None:
        """Give the network's memory back."""
        if getattr(self, "_handle", None):
            self._library.MXPredFree(self._handle)
            self._handle = c_void_p()

    def _output_shape(self) -> tuple[int, ...]:
        shape, dimensions = POINTER(c_uint)(), c_uint()
        _check(
            self._library,
            self._library.MXPredGetOutputShape(self._handle, c_uint(0), byref(shape), byref(dimensions)),
        )
        return tuple(shape[: dimensions.value])


def read_params(params: bytes, prefix: str) -> tuple[set[str], dict[str, Float32]]:
    """Read a params file.

    Args:
        params: the file's content.
        prefix: which arrays are wanted.

    Returns:
        the names of all arrays, and the arrays whose names begin with ``prefix``, by the rest of their names.

    Raises:
        MxnetError: it is not a params file.
    """
    library = load_library()
    handle, count = c_void_p(), c_uint()
    _check(library, library.MXNDListCreate(params, c_int(len(params)), byref(handle), byref(count)))
    names, wanted = set(), {}
    try:
        for index in range(count.value):
            name, data, shape, dimensions = c_char_p(), _FLOATS(), POINTER(c_uint)(), c_uint()
            arguments = (byref(name), byref(data), byref(shape), byref(dimensions))
            _check(library, library.MXNDListGet(handle, c_uint(index), *arguments))
            text = (name.value or b"").decode()
            names.add(text)
            if text.startswith(prefix):
                array = np.ctypeslib.as_array(data, tuple(shape[: dimensions.value]))
                wanted[text.removeprefix(prefix)] = array.copy()
    finally:
        library.MXNDListFree(handle)
    return names, wanted


def _check(library: ctypes.CDLL, status: int) -> None:
    if status != 0:
        message = library.MXGetLastError().decode(errors="replace")
        raise MxnetError(message.strip().splitlines()[0] if message.strip() else f"MXNet's status {status}")
