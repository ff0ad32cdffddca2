"""CBOR by the library cbor2, if it is installed; no rosdep key installs it, so the bridge runs without it too."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from typing import Any


@functools.cache
def available() -> bool:
    """Tell whether CBOR can be written."""
    return importlib.util.find_spec("cbor2") is not None


def encode(message: Mapping[str, Any]) -> bytes:
    """Write a message."""
    import cbor2

    return cbor2.dumps(message)


def tagged(tag: int, data: bytes) -> object:
    """Return bytes with the tag that says what they mean."""
    import cbor2

    return cbor2.CBORTag(tag, data)
