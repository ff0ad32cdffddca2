"""Gives memory back to the system."""

from __future__ import annotations

import ctypes


def return_free_memory() -> None:
    """Give memory that was freed back to the system, where the C library can: a loaded model leaves 20 MB of it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
