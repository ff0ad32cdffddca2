"""Reads from an ONNX file what a runtime does not tell: the shape of the input, and the arrays kept with a network.

The file is a protocol buffer of which the weights are nearly all; only the few fields that are needed are looked at, so
that it takes no time and no memory. Source: the fields' numbers in ``onnx.proto`` of ONNX 1.18, the encoding as in
"Protocol Buffers Encoding".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from face_inference.networks.network import Float32

CONSTANT_PREFIX = "const:"
IMAGE_AXES = 3

_MODEL_GRAPH, _MODEL_PROPERTIES = 7, 14
_GRAPH_INPUT = 11
_PATH_TO_DIMENSIONS = (2, 1, 2, 1)  # of a graph's input: type, tensor_type, shape, dim
_DIMENSION_SIZE = 1
_PROPERTY_KEY, _PROPERTY_VALUE = 1, 2

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_FIXED_SIZES = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}


@dataclass(frozen=True, eq=False)
class Outline:
    """What is known of a network before it is loaded.

    Attributes:
        input_shape: channels, rows, columns of the first input, without the batch axis.
        constants: arrays that belong to the network, by name.
    """

    input_shape: tuple[int, int, int]
    constants: Mapping[str, Float32]


def read_outline(data: bytes) -> Outline:
    """Read the outline of an ONNX file.

    Raises:
        ValueError: it is not an ONNX file, or cut short.
    """
    shape: list[int] = []
    properties = {}
    for number, value in _fields(memoryview(data)):
        if number == _MODEL_GRAPH:
            shape = _input_shape(value)
        elif number == _MODEL_PROPERTIES:
            parts = {key: bytes(text).decode() for key, text in _fields(value)}
            properties[parts.get(_PROPERTY_KEY, "")] = parts.get(_PROPERTY_VALUE, "")
    if len(shape) != IMAGE_AXES or not all(shape):
        raise ValueError("it has no graph whose input is images of one size")
    channels, rows, columns = shape
    return Outline((channels, rows, columns), _read_constants(properties))


def _read_constants(properties: Mapping[str, str]) -> dict[str, Float32]:
    """Return the arrays among the properties of an ONNX file, by name."""
    return {
        name.removeprefix(CONSTANT_PREFIX): _decode(text)
        for name, text in properties.items()
        if name.startswith(CONSTANT_PREFIX)
    }


def _decode(text: str) -> Float32:
    """Return the array of a text that holds its shape, and its bytes in base 64, little-endian."""
    try:
        parts = json.loads(text)
        values = np.frombuffer(base64.b64decode(parts["data"], validate=True), "<f4")
        array: Float32 = values.astype(np.float32).reshape(parts["shape"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"a constant lacks shape or data, {error!r}") from error
    return array


def _input_shape(graph: memoryview) -> list[int]:
    """Return the shape of a graph's first input without its batch axis; 0 for an axis whose size is not fixed."""
    inputs = [value for number, value in _fields(graph) if number == _GRAPH_INPUT]
    dimensions = inputs[:1]
    for wanted in _PATH_TO_DIMENSIONS:
        dimensions = [value for outer in dimensions for number, value in _fields(outer) if number == wanted]
    return [_varint(value, 1)[0] if _is_size(value) else 0 for value in dimensions[1:]]


def _is_size(dimension: memoryview) -> bool:
    return len(dimension) > 1 and dimension[0] == _DIMENSION_SIZE << 3 | _VARINT


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Give number and content of each field that has a length; numbers are passed over.

    Raises:
        ValueError: it is no message, or cut short.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        kind = key & 7
        if kind == _LENGTH:
            size, position = _varint(message, position)
            yield key >> 3, message[position : position + size]
            position += size
        elif kind == _VARINT:
            _, position = _varint(message, position)
        elif kind in _FIXED_SIZES:
            position += _FIXED_SIZES[kind]
        else:
            raise ValueError(f"field {key >> 3} is of a kind that there is not")
    if position > len(message):
        raise ValueError("it is cut short")


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    """Return the number that begins at a position, in groups of seven bits from the lowest on, and where it ends."""
    value = shift = 0
    while position < len(data):
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    raise ValueError("it is cut short")
