"""Names and namespaces of ROS nodes."""

from __future__ import annotations

import re

CONFIGURATION = "ros_namespace"
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def join_namespace(base: str | None, name: str | None) -> str | None:
    """Return an absolute namespace below another; one that starts with a slash stands for itself; None if both are."""
    if base is None and name is None:
        return None
    if name is None:
        joined = base or ""
    elif not base or name.startswith("/"):
        joined = name
    else:
        joined = f"{base.rstrip('/')}/{name}"
    return "/" + joined.strip("/")


def check_name(name: str, what: str) -> None:
    """Check the name of a node.

    Raises:
        ValueError: it is no valid ROS name.
    """
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"{what} {name!r}: expected letters, digits and underscores, not starting with a digit")


def check_namespace(namespace: str) -> None:
    """Check an absolute namespace.

    Raises:
        ValueError: a part of it is no valid ROS name.
    """
    for token in namespace[1:].split("/") if namespace != "/" else ():
        check_name(token, f"part of namespace {namespace}:")
