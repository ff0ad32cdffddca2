"""Fill a message with a client's values; whatever does not fit is named with its place."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import Any

from signage_bridge.errors import OperationError
from signage_bridge.messages.field_type import BOOLEAN, FLOATS, INTEGERS, OCTET, FieldType, fields_of

MakeMessage = Callable[[str], Any]


class Filler:
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
    if math.isfinite(value) and abs(value) > largest:
        raise _wrong(place, f"a number of at most {largest:g}", value)
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
    got = repr(value)
    return OperationError(f"field {place}: expected {expected}, got {got if len(got) <= 60 else got[:57] + '...'}")
