"""Where everything lies: the clone, its virtual environment, and the home of models, page and films."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The folders of one installation.

    Attributes:
        root: the clone of the repository.
        home: ``SIGNAGE_HOME``, by default ``~/.cache/signage``.
    """

    root: Path
    home: Path

    @classmethod
    def of(cls, root: Path) -> Layout:
        """Return the layout of a clone, with the home folder that the environment names."""
        home = Path(os.environ.get("SIGNAGE_HOME") or "~/.cache/signage").expanduser()
        return cls(root, home if home.is_absolute() else Path.cwd() / home)

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def log(self) -> Path:
        """The log file of the set-up."""
        return self.home / "log" / "setup.log"

    @property
    def face_library(self) -> Path:
        """The npm package that carries the pretrained weights and the sample photos."""
        return self.home / "npm" / "face-api" / "node_modules" / "@vladmandic" / "face-api"
