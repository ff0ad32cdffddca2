"""The files of networks: where they lie, reading them, and what is wrong with one."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

from signage_common.errors import ConfigurationError

NOT_SAID = -2


@dataclass(frozen=True)
class ModelChoice:
    """A foreign model as a user names it by parameters; 0, an empty text or NOT_SAID leave a setting to the model.

    Attributes:
        prefix: of the model's files.
        width: of its input, pixels.
        height: of its input, pixels.
        mean: three numbers with commas between.
        scale: one number, or three with commas between.
        channels: rgb or bgr.
        face_class: which class is a face, -1 for each.
    """

    prefix: str = ""
    width: int = 0
    height: int = 0
    mean: str = ""
    scale: str = ""
    channels: str = ""
    face_class: int = NOT_SAID


NO_MODEL = ModelChoice()


def locate_model(models_dir: Path, name: str) -> tuple[Path, str]:
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
    """Return what to raise where a file is not what was expected: one line that names it and the way out."""
    return ConfigurationError(f"{path}: expected {expected}, {one_line(error)}; `./signage setup` makes it again")


def one_line(error: Exception) -> str:
    """Return the message of an error without line breaks."""
    return " ".join(str(error).split())


def return_free_memory() -> None:
    """Give memory that was freed back to the system, where the C library can: a loaded model leaves 20 MB of it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
