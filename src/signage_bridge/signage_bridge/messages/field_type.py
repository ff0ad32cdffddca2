"""The types of fields as messages name them: ``float``, ``sequence<uint8>``, ``double[9]``, ``string<10>``."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import Any, Protocol

FLOATS = {"float": 3.4028235677973366e38, "double": math.inf}
INTEGERS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
OCTET = "octet"
BOOLEAN = "boolean"
_SEQUENCE = re.compile(r"sequence<(.+?)(?:, (\d+))?>")
_ARRAY = re.compile(r"(.+)\[(\d+)\]")
_STRING = re.compile(r"w?string(?:<(\d+)>)?")


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
    """Read a field's type."""
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
