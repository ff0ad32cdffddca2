"""Find message and service types by name among those that are installed."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from ament_index_python.resources import get_resource, has_resource

from signage_bridge.errors import OperationError


@functools.cache
def import_type(name: str) -> Any:
    """Return the class of a type such as ``std_msgs/msg/Header``.

    Only packages that the ament index lists as interface packages are imported, so that a client's text never makes
    Python load anything else.

    Raises:
        OperationError: no such type is installed.
    """
    package, kind, type_name = name.split("/")
    if has_resource("rosidl_interfaces", package):
        listed = get_resource("rosidl_interfaces", package)[0].split()
        if f"{kind}/{type_name}.{kind}" in listed or f"{kind}/{type_name}.idl" in listed:
            return getattr(importlib.import_module(f"{package}.{kind}"), type_name)
    raise OperationError(f"type {name} is not installed")


def make_message(name: str) -> Any:
    """Return an empty message of a field's type such as ``std_msgs/Header``."""
    package, type_name = name.split("/")
    return import_type(f"{package}/msg/{type_name}")()
