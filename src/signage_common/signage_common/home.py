"""Where the files lie that ./signage setup makes: models, page, film."""

from __future__ import annotations

import os
from pathlib import Path

from signage_common.errors import ConfigurationError


def signage_home() -> Path:
    """Return the folder named by ``SIGNAGE_HOME``, by default ``~/.cache/signage``."""
    return Path(os.environ.get("SIGNAGE_HOME") or "~/.cache/signage").expanduser().absolute()


def require(*parts: str) -> Path:
    """Return a path below the home folder.

    Raises:
        ConfigurationError: it does not exist; the message names the command that makes it.
    """
    path = signage_home().joinpath(*parts)
    if not path.exists():
        raise ConfigurationError(f"{path}: not found; `./signage setup` makes it")
    return path
