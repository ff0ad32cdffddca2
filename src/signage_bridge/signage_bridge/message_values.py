"""Messages as plain values, by the JSON and CBOR rules of rosbridge, and back; a message tells its fields' types.

JSON: ``uint8[]`` is base64, not-a-number and infinity are null, a time is ``{"sec", "nanosec"}``.
CBOR: ``uint8[]`` is a byte string, other numeric arrays are typed arrays (RFC 8746, little endian).
"""

from __future__ import annotations

import array
import base64
import binascii
import functools
import math
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from signage_bridge.errors import OperationError, shorten

FLOATS = {"float": 3.4028235677973366e38, "double": sys.float_info.max}
INTEGERS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
OCTET = "octet"
BOOLEAN = "boolean"
# Tag and array code of each typed array.
TYPED = {
    "uint16": (69, "H"), "uint32": (70, "I"), "uint64": (71, "Q"), "int8": (72, "b"), "int16": (77, "h"),
    "int32": (78, "i"), "int64": (79, "q"), "float": (85, "f"), "double": (86, "d"),
}  # fmt: skip
_SEQUENCE = re.compile(r"sequence<(.+?)(?:, (\d+))?>")
_ARRAY = re.compile(r"(.+)\[(\d+)\]")
_STRING = re.compile(r"w?string(?:<(\d+)>)?")

Convert = Callable[[Any], Any]
MakeMessage = Callable[[str], Any]


class Message(Protocol):
    """A ROS message: it knows its fields."""

    @classmethod
    def get_fields_and_field_types(cls) -> dict[str, str]:
        """Return the types of the fields by name."""


@dataclass(frozen=True)
class FieldType:
    """One field's type.

    Attributes:
        name: of the value, or of one element: such as ``float``, ``string``, ``std_msgs/Header``.
        is_list: whether it is an array of them.
        length: of an array of fixed length; None for any.
        max_length: of an array that is bounded; None for any.
        max_text: longest string, characters; None for any.
    """

    name: str
    is_list: bool = False
    length: int | None = None
    max_length: int | None = None
    max_text: int | None = None

    @property
    def is_string(self) -> bool:
        """Tell whether the value, or one element, is a string."""
        return self.name == "string"

    @property
    def is_primitive(self) -> bool:
        """Tell whether the value, or one element, is no message."""
        return self.name in FLOATS or self.name in INTEGERS or self.name in (OCTET, BOOLEAN, "string")


@functools.cache
def parse_field_type(text: str) -> FieldType:
    """Read a type as messages name it: ``float``, ``sequence<uint8>``, ``double[9]``, ``string<10>``."""
    if match := _SEQUENCE.fullmatch(text):
        inner = parse_field_type(match[1])
        return FieldType(inner.name, True, None, int(match[2]) if match[2] else None, inner.max_text)
    if match := _ARRAY.fullmatch(text):
        inner = parse_field_type(match[1])
        return FieldType(inner.name, True, int(match[2]), None, inner.max_text)
    if match := _STRING.fullmatch(text):
        return FieldType("string", max_text=int(match[1]) if match[1] else None)
    return FieldType(text)


@functools.cache
def fields_of(message_type: Any) -> dict[str, FieldType]:
    """Return the fields of a message type by name, in order."""
    return {name: parse_field_type(text) for name, text in message_type.get_fields_and_field_types().items()}


def json_values(message: Message) -> dict[str, Any]:
    """Return the fields of a message as JSON values."""
    return {name: convert(getattr(message, name)) for name, convert in _converters(type(message), _to_json).items()}


def cbor_values(message: Message) -> dict[str, Any]:
    """Return the fields of a message as CBOR values."""
    return {name: convert(getattr(message, name)) for name, convert in _converters(type(message), _to_cbor).items()}


@functools.cache
def _converters(message_type: Any, choose: Callable[[FieldType], Convert]) -> dict[str, Convert]:
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
    return _unchanged if field_type.is_primitive else json_values


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
    return _unchanged if field_type.is_primitive else cbor_values


def _typed_array(tag: int, code: str, value: Any) -> Any:
    packed = array.array(code, value)
    if sys.byteorder == "big":
        packed.byteswap()
    import cbor2  # may be missing: nobody asks for CBOR then

    return cbor2.CBORTag(tag, packed.tobytes())


def _unchanged(value: Any) -> Any:
    return value


def _to_list(value: Any) -> list[Any]:
    """Return a list, array or numpy array as a list of Python's own numbers."""
    return value if isinstance(value, list) else list(value.tolist())


class MessageFiller:
    """Fills one message and notes the fields that were not given."""

    def __init__(self, make_message: MakeMessage) -> None:
        """Start with nothing missing.

        Args:
            make_message: gives an empty message of a type such as ``std_msgs/Header``.
        """
        self._make_message = make_message
        self.missing: list[str] = []

    def fill(self, message: Any, values: Mapping[str, Any], place: str = "") -> None:
        """Set the fields of a message.

        Raises:
            OperationError: a field does not exist, or its value does not fit its type.
        """
        message_type: Any = type(message)
        fields = fields_of(message_type)
        for name in values:
            if name not in fields:
                raise OperationError(f"no field {place}{name[:80]} in {message_type.__name__}")
        for name, field_type in fields.items():
            if name not in values:
                self.missing.append(f"{place}{name}")
            else:
                setattr(message, name, self._value(field_type, values[name], f"{place}{name}"))

    def _value(self, field_type: FieldType, value: Any, place: str) -> Any:
        if not field_type.is_list:
            return self._element(field_type, value, place)
        values = _bytes_of(value, place) if field_type.name == "uint8" and isinstance(value, str) else value
        if not isinstance(values, (list, bytes)):
            raise _wrong(place, "an array", value)
        if field_type.length not in (None, len(values)):
            raise _wrong(place, f"{field_type.length} elements", f"{len(values)} elements")
        if field_type.max_length is not None and len(values) > field_type.max_length:
            raise _wrong(place, f"at most {field_type.max_length} elements", f"{len(values)} elements")
        if isinstance(values, bytes):
            return values
        return [self._element(field_type, element, f"{place}[{index}]") for index, element in enumerate(values)]

    def _element(self, field_type: FieldType, value: Any, place: str) -> Any:
        name = field_type.name
        if field_type.is_string:
            return _string(value, field_type.max_text, place)
        if name in FLOATS:
            return _float(value, FLOATS[name], place)
        if name in INTEGERS:
            return _integer(value, *INTEGERS[name], place)
        if name == OCTET:
            return bytes([_integer(value, 0, 255, place)])
        if name == BOOLEAN:
            if not isinstance(value, bool):
                raise _wrong(place, "true or false", value)
            return value
        return self._message(name, value, place)

    def _message(self, name: str, value: Any, place: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong(place, f"an object of type {name}", value)
        message = self._make_message(name)
        self.fill(message, value, f"{place}.")
        return message


def _string(value: Any, max_text: int | None, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, "a string", value)
    if max_text is not None and len(value) > max_text:
        raise _wrong(place, f"at most {max_text} characters", f"{len(value)} characters")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise _wrong(place, "text without NUL or half a surrogate pair", value)
    return value


def _float(value: Any, largest: float, place: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(place, "a number", value)
    if not -largest <= value <= largest:
        raise _wrong(place, f"a number of at most {largest:g}, or null", value)
    return float(value)


def _integer(value: Any, low: int, high: int, place: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _wrong(place, f"a whole number from {low} to {high}", value)
    return value


def _bytes_of(text: str, place: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong(place, "base64", text) from None


def _wrong(place: str, expected: str, value: Any) -> OperationError:
    return OperationError(f"field {place}: expected {expected}, got {shorten(value)}")
