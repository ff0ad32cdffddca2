"""Classes of message types that are known by name only."""

from __future__ import annotations

import importlib
import re
from typing import Any

import numpy as np
from ament_index_python import get_resource, has_resource
from rclpy.type_support import check_for_type_support

from signage_bags.message_definitions import UnknownTypeError

_TYPE_NAME = re.compile(r"([A-Za-z]\w*)/msg/([A-Za-z]\w*)", re.ASCII)
_HELD_TYPE = re.compile(r"(\w+)/(\w+)")


def message_type(type_name: str) -> Any:
    """Return the class of a type such as ``signage_msgs/msg/FaceArray``.

    Only packages that the ament index lists as interface packages are imported, so that no bag makes Python load
    anything else.

    Raises:
        UnknownTypeError: it is not installed.
    """
    parts = _TYPE_NAME.fullmatch(type_name)
    if parts is None or not _is_listed(parts[1], parts[2]):
        raise UnknownTypeError(f"{type_name}: this message type is not installed")
    try:
        found = getattr(importlib.import_module(f"{parts[1]}.msg"), parts[2])
        check_for_type_support(found)
    except (ImportError, AttributeError) as error:
        raise UnknownTypeError(f"{type_name}: this message type can't be loaded: {error}") from None
    return found


def _is_listed(package: str, name: str) -> bool:
    if not has_resource("rosidl_interfaces", package):
        return False
    listed = get_resource("rosidl_interfaces", package)[0].split()
    return f"msg/{name}.msg" in listed or f"msg/{name}.idl" in listed


def converted(recorded: Any, wanted: Any) -> Any:
    """Return a message of an installed type with the fields that a recorded one of another version has, too.

    Args:
        recorded: with its fields as attributes, as ``rosbags`` reads it.
        wanted: the installed type.
    """
    message = wanted()
    for name, kind in message.get_fields_and_field_types().items():
        if hasattr(recorded, name):
            setattr(message, name, _value(getattr(recorded, name), getattr(message, name), kind))
    return message


def _value(recorded: Any, default: Any, kind: str) -> Any:
    """Return a field's value in the form of the message; ``kind`` such as ``sequence<signage_msgs/Face>``."""
    if hasattr(default, "get_fields_and_field_types"):
        return converted(recorded, type(default))
    if isinstance(recorded, np.ndarray):
        return recorded.astype(default.dtype) if isinstance(default, np.ndarray) else recorded.tolist()
    held = _HELD_TYPE.search(kind)
    if held is not None and isinstance(recorded, list):
        wanted = message_type(f"{held[1]}/msg/{held[2]}")
        return [converted(each, wanted) for each in recorded]
    return recorded
