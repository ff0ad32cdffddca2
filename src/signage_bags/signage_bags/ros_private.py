"""Take passwords out of serialised messages: what nodes log, or are started with, may hold addresses."""

from __future__ import annotations

from typing import Any

from rclpy.serialization import deserialize_message, serialize_message
from signage_common.errors import without_passwords

_OF_AN_ADDRESS = b":/"


def message_without_passwords(data: bytes, message_type: Any) -> bytes:
    """Return a serialised message, changed only where an address in it holds a password."""
    if _OF_AN_ADDRESS not in data:
        return data
    message = deserialize_message(data, message_type)
    return bytes(serialize_message(message)) if _clean(message) else data


def _clean(message: Any) -> bool:
    """Take passwords out of every text of a message; return whether there was any."""
    is_changed = False
    for name in message.get_fields_and_field_types():
        value = getattr(message, name)
        if isinstance(value, str):
            clean: Any = without_passwords(value)
            if clean != value:
                setattr(message, name, clean)
                is_changed = True
        elif isinstance(value, list) and value and isinstance(value[0], str):
            clean = [without_passwords(each) for each in value]
            if clean != value:
                setattr(message, name, clean)
                is_changed = True
        else:
            parts = value if isinstance(value, list) else [value]
            for part in (each for each in parts if hasattr(each, "get_fields_and_field_types")):
                is_changed |= _clean(part)
    return is_changed
