"""Names of message and service types: ``signage_msgs/AdSelection`` and ``signage_msgs/msg/AdSelection`` are one."""

from __future__ import annotations

import re

from signage_bridge.errors import OperationError

_TYPE = re.compile(r"([a-z][a-z0-9_]*)/(?:(msg|srv)/)?([A-Z][A-Za-z0-9]*)")


def normalise_type(name: str, kind: str = "msg") -> str:
    """Return a type's name in its long form.

    Args:
        name: with or without its kind.
        kind: ``msg`` or ``srv``.

    Raises:
        OperationError: it is no type's name, or one of another kind.
    """
    match = _TYPE.fullmatch(name)
    if match is None or match[2] not in (None, kind):
        raise OperationError(f"expected a type such as package/{kind}/Name, got {name!r}")
    return f"{match[1]}/{kind}/{match[3]}"
