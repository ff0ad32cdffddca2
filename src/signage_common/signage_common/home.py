"""Where the files lie that ./signage setup makes: models, page, film."""

from __future__ import annotations

import os
from pathlib import Path

from signage_common.errors import ConfigurationError


def signage_home() -> Path:
    """Return the folder named by ``SIGNAGE_HOME``, by default ``~/.cache/signage``.

    Raises:
        ConfigurationError: it begins with a home folder that nobody knows.
    """
    try:
        return expand_user(os.environ.get("SIGNAGE_HOME") or "~/.cache/signage").absolute()
    except ConfigurationError as error:
        raise ConfigurationError(f"{error}; SIGNAGE_HOME names another place") from None


def expand_user(text: str) -> Path:
    """Return a path in which ``~`` or ``~NAME`` at the beginning stands for somebody's home folder.

    Raises:
        ConfigurationError: nobody knows that home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigurationError(f"{text}: no such home folder") from None


def state_folder() -> Path:
    """Return the folder of what a sign keeps: ``journal`` below the home folder, or what ``SIGNAGE_STATE`` names.

    Raises:
        ConfigurationError: as for ``signage_home``.
    """
    named = os.environ.get("SIGNAGE_STATE")
    return Path(named).absolute() if named else signage_home() / "journal"


def require(*parts: str) -> Path:
    """Return a path below the home folder.

    Raises:
        ConfigurationError: it does not exist; the message names the command that makes it.
    """
    path = signage_home().joinpath(*parts)
    if not path.exists():
        raise ConfigurationError(f"{path}: not found; `./signage setup` makes it")
    return path
