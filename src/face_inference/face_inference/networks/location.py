"""Where a network lies that is given by its name, or by the beginning of the paths of its files."""

from __future__ import annotations

from pathlib import Path


def locate(models_dir: Path, name: str) -> tuple[Path, str]:
    """Return folder and name of a network.

    Args:
        models_dir: the folder of the converted models.
        name: a name in it; or, with a slash in it, a path such as ``trained/korea`` (for
            ``trained/korea-symbol.json`` and ``trained/korea-0000.params``).
    """
    if "/" not in name:
        return models_dir, name
    prefix = Path(name).expanduser()
    return prefix.parent, prefix.name
