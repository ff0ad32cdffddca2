"""Find installed ROS packages and their executables, as the ament index says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_INDEX = Path("share", "ament_index", "resource_index", "packages")


def package_prefix(package: str, environment: Mapping[str, str]) -> Path:
    """Return the prefix that a package is installed in: the first of AMENT_PREFIX_PATH whose index has it.

    Raises:
        LookupError: no prefix has it.
    """
    prefixes = [Path(prefix) for prefix in environment.get("AMENT_PREFIX_PATH", "").split(":") if prefix]
    for prefix in prefixes:
        if (prefix / _INDEX / package).is_file():
            return prefix
    looked_in = ", ".join(map(str, prefixes)) or "which is empty"
    raise LookupError(f"package {package} not found in AMENT_PREFIX_PATH ({looked_in})")


def package_share(package: str, environment: Mapping[str, str]) -> Path:
    """Return the share folder of a package.

    Raises:
        LookupError: the package is not installed.
    """
    return package_prefix(package, environment) / "share" / package


def find_executable(package: str, executable: str, environment: Mapping[str, str]) -> Path:
    """Return the path of an executable of a package.

    Raises:
        LookupError: the package is not installed or has no such executable.
    """
    folder = package_prefix(package, environment) / "lib" / package
    path = folder / executable
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise LookupError(f"executable {executable} of package {package} not found in {folder}")
    return path
