"""Packages that only some detectors need, and that are installed when one of them is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from signage_common.errors import ConfigurationError

MODELS = "face_recognition_models"
PACKAGES: Mapping[str, Sequence[str]] = {
    "dlib": ("dlib",),
    "dlib-cnn": ("dlib", MODELS),
    "face_recognition": ("dlib", MODELS, "face_recognition"),
    "face_recognition-cnn": ("dlib", MODELS, "face_recognition"),
}
INSTALL = "`./signage setup detectors` installs it"


def find_package(package: str, detector: str) -> Path:
    """Return the folder of a package, without importing it.

    Raises:
        ConfigurationError: it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(f"detector {detector}: the package {package} is not installed; {INSTALL}")
    return Path(spec.submodule_search_locations[0])


def import_package(package: str, detector: str) -> ModuleType:
    """Import a package; what it has to say about its own dependencies stays unsaid.

    Raises:
        ConfigurationError: it is not installed, or broken.
    """
    find_package(package, detector)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(package)
    except ImportError as error:
        raise ConfigurationError(f"detector {detector}: {package} can't be imported ({error}); {INSTALL}") from error
