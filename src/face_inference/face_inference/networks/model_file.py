"""Reads the files of networks, with one line that names the file and the way out where that fails."""

from __future__ import annotations

from pathlib import Path

from signage_common.errors import ConfigurationError


def read_model_file(path: Path) -> bytes:
    """Read a file of a network.

    Raises:
        ConfigurationError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}; `./signage setup` makes it") from error


def broken_model_file(path: Path, expected: str, error: Exception) -> ConfigurationError:
    """Return what to raise where a file is not what was expected."""
    words = " ".join(str(error).split())
    return ConfigurationError(f"{path}: expected {expected}, {words}; `./signage setup` makes it again")
