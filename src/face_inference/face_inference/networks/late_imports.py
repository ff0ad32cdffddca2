"""Import libraries that only some nodes need, when they are needed."""

from __future__ import annotations

import importlib
from types import ModuleType


def import_library(name: str) -> ModuleType:
    """Import a library by name.

    Modules made with pybind11, such as onnxruntime and dlib, answer Ctrl-C amid their import with an ImportError; here
    it is an interrupt again.

    Raises:
        ImportError: it is not installed, or broken.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if _is_interrupt(error):
            raise KeyboardInterrupt from error
        raise


def _is_interrupt(error: BaseException | None) -> bool:
    """Tell whether an interrupt is among the reasons of an error."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False
