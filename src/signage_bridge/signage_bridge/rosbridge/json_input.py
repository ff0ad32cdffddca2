"""Read a client's JSON with bounds that hold before the parser starts."""

from __future__ import annotations

import json
import re
from typing import Any

from signage_bridge.errors import OperationError

# A string runs to its closing quote or to the end of the text, so that the scan never goes back.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


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
        value = json.loads(text)
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


def _decode(data: str | bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise OperationError(f"message is longer than {max_bytes} bytes")
    if isinstance(data, str):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise OperationError("message is not JSON: it is not UTF-8") from None
