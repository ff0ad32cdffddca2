"""Read what a client sends: JSON with bounds that hold before the parser starts, and the fields of an operation."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage_bridge.errors import Code, OperationError, shorten

MAX_TEXT = 256
MAX_INTEGER = 2**31 - 1
MAX_DIGITS = 400  # of a whole number; no field takes one that has more
Id = str | int | None
# A string runs to its closing quote or to the end of the text, so that the scan never goes back.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True)
class Request:
    """An operation with its fields.

    Attributes:
        op: what is asked for, such as ``subscribe``.
        id: the client's name for the interaction; every reply carries it.
        fields: the whole message.
    """

    op: str
    id: Id
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a string that must be there.

        Raises:
            OperationError: it is missing, no string, empty or too long.
        """
        value = self.fields.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
            raise self.wrong(name, f"a string of 1 to {MAX_TEXT} characters", value)
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None if it is missing, null or empty."""
        return self.text(name) if self.fields.get(name) not in (None, "") else None

    def integer(self, name: str, minimum: int, maximum: int = MAX_INTEGER) -> int | None:
        """Return a whole number, or None if it is missing or null.

        Raises:
            OperationError: it is no whole number, or not from ``minimum`` to ``maximum``.
        """
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
            raise self.wrong(name, f"a whole number of at least {minimum}", value)
        if value > maximum:
            raise self.wrong(name, f"a whole number from {minimum} to {maximum}", value)
        return value

    def wrong(self, name: str, expected: str, value: object) -> OperationError:
        """Return the error for a field that is not as expected."""
        got = f"got {shorten(value)}" if name in self.fields else "it is missing"
        return OperationError(f"{self.op}: field {name}: expected {expected}, {got}")


def read_object(data: str | bytes, max_bytes: int, max_nesting: int) -> dict[str, Any]:
    """Read one JSON object.

    Args:
        data: the text, or its UTF-8 bytes.
        max_bytes: longest text that is read.
        max_nesting: deepest nesting of arrays and objects that is read.

    Raises:
        OperationError: it is too long, too deep, no JSON, or no object.
    """
    text = _decode(data, max_bytes)
    if nesting_exceeds(text, max_nesting):
        raise OperationError(f"message is nested deeper than {max_nesting} levels")
    try:
        value = json.loads(text, parse_int=_read_integer)
    except ValueError as error:
        raise OperationError(f"message is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise OperationError(f"expected a JSON object, got {type(value).__name__}")
    return value


def nesting_exceeds(text: str, max_nesting: int) -> bool:
    """Tell whether arrays and objects are nested deeper than allowed, in linear time, brackets in strings apart."""
    if text.count("[") + text.count("{") <= max_nesting:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        depth += _STEP.get(match.group(), 0)
        if depth > max_nesting:
            return True
    return False


def read_id(message: Mapping[str, Any]) -> Id:
    """Return the id of a message; None if it has none or one that can't be answered."""
    value = message.get("id")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return value if len(str(value)) <= MAX_TEXT else None


def read_request(message: Mapping[str, Any]) -> Request:
    """Check what all operations have in common.

    Raises:
        OperationError: ``op`` or ``id`` is not as the protocol wants it.
    """
    request = Request(str(message.get("op"))[:MAX_TEXT], read_id(message), message)
    if not isinstance(message.get("op"), str):
        raise OperationError("expected a message with a string field op", Code.UNKNOWN)
    if message.get("id") is not None and request.id is None:
        raise request.wrong("id", f"a string or integer of at most {MAX_TEXT} characters", message["id"])
    return request


def _read_integer(digits: str) -> int | float:
    """Return a whole number; infinity where it is so long that reading it costs, which every field refuses."""
    if len(digits) <= MAX_DIGITS:
        return int(digits)
    return -math.inf if digits.startswith("-") else math.inf


def _decode(data: str | bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise OperationError(f"message is longer than {max_bytes} bytes")
    if isinstance(data, str):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise OperationError("message is not JSON: it is not UTF-8") from None
