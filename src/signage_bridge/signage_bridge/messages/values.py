"""Give a message as plain values.

JSON: ``uint8[]`` is base64, not-a-number and infinity are null, a time is ``{"sec", "nanosec"}``.
CBOR: ``uint8[]`` is a byte string, other numeric arrays are typed arrays (RFC 8746, little endian).
"""

from __future__ import annotations

import array
import base64
import functools
import math
import sys
from collections.abc import Callable
from typing import Any

from signage_bridge import cbor
from signage_bridge.messages.field_type import FLOATS, OCTET, FieldType, Message, fields_of

# Tag and array code of each typed array.
TYPED = {
    "uint16": (69, "H"), "uint32": (70, "I"), "uint64": (71, "Q"), "int8": (72, "b"), "int16": (77, "h"),
    "int32": (78, "i"), "int64": (79, "q"), "float": (85, "f"), "double": (86, "d"),
}  # fmt: skip
Convert = Callable[[Any], Any]


def json_values(message: Message) -> dict[str, Any]:
    """Return the fields of a message as JSON values."""
    return {name: convert(getattr(message, name)) for name, convert in _plan(type(message), _to_json).items()}


def cbor_values(message: Message) -> dict[str, Any]:
    """Return the fields of a message as CBOR values."""
    return {name: convert(getattr(message, name)) for name, convert in _plan(type(message), _to_cbor).items()}


@functools.cache
def _plan(message_type: Any, choose: Callable[[FieldType], Convert]) -> dict[str, Convert]:
    return {name: choose(field_type) for name, field_type in fields_of(message_type).items()}


def _to_json(field_type: FieldType) -> Convert:
    convert = _json_element(field_type)
    if not field_type.is_list:
        return convert
    if field_type.name == "uint8":
        return lambda value: base64.b64encode(bytes(value)).decode()
    return lambda value: [convert(element) for element in _to_list(value)]


def _json_element(field_type: FieldType) -> Convert:
    if field_type.name in FLOATS:
        return lambda value: value if math.isfinite(value) else None
    if field_type.name == OCTET:
        return ord
    return _itself if field_type.is_primitive else json_values


def _to_cbor(field_type: FieldType) -> Convert:
    convert = _cbor_element(field_type)
    if not field_type.is_list:
        return convert
    if field_type.name == "uint8":
        return bytes
    if field_type.name == OCTET:
        return b"".join
    if field_type.name in TYPED:
        return functools.partial(_typed_array, *TYPED[field_type.name])
    return lambda value: [convert(element) for element in value]


def _cbor_element(field_type: FieldType) -> Convert:
    if field_type.name == OCTET:
        return ord
    return _itself if field_type.is_primitive else cbor_values


def _typed_array(tag: int, code: str, value: Any) -> Any:
    packed = array.array(code, value)
    if sys.byteorder == "big":
        packed.byteswap()
    return cbor.tagged(tag, packed.tobytes())


def _itself(value: Any) -> Any:
    return value


def _to_list(value: Any) -> list[Any]:
    """Return a list, array or numpy array as a list of Python's own numbers."""
    return value if isinstance(value, list) else list(value.tolist())
