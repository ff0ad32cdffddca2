"""The files of networks: where they lie, reading them, and what is wrong with one."""

from __future__ import annotations

import ctypes
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signage_common.errors import ConfigurationError
from signage_common.files import read_file
from signage_common.home import expand_user

NOT_SAID = -2
MOST_JSON_BYTES, MOST_PARAMS_BYTES = 16 << 20, 512 << 20
MOST_INPUT_PX = 4096


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
    prefix = expand_user(name)
    return prefix.parent, prefix.name


class ModelFileError(ConfigurationError):
    """A file of a network is missing or broken.

    Attributes:
        what: is wrong with it, without the way out.
    """

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(f"{what}; {way_out}")
        self.what = what


def is_there(path: Path) -> bool:
    """Tell whether anything lies at a path, even if it is nothing to be read."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:
        return True


def read_model_file(path: Path) -> bytes:
    """Read a file of a network.

    Raises:
        ModelFileError: it can't be read, or is larger than any network.
    """
    try:
        return read_file(path, MOST_JSON_BYTES if path.suffix == ".json" else MOST_PARAMS_BYTES)
    except OSError as error:
        raise ModelFileError(f"{path}: {error.strerror}", "`./signage setup` makes it") from error


def broken_model_file(path: Path, expected: str, error: Exception) -> ModelFileError:
    """Return what to raise where a file is not what was expected: one line that names it and the way out."""
    return ModelFileError(f"{path}: expected {expected}, {one_line(error)}", "`./signage setup` makes it again")


def parse_json(text: bytes | str) -> Any:
    """Return what a file in JSON says.

    Raises:
        ValueError: it is none, or nested as no file of a network is.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parse_shape(text: str) -> tuple[int, ...]:
    """Return a shape as MXNet writes it into symbols, such as ``(1, 3, 300, 300)``.

    Raises:
        ValueError: it is none.
    """
    return tuple(int(part) for part in text.strip("()[] ").split(",") if part.strip())


def check_input_size(rows: int, columns: int) -> None:
    """Check that a network's input is of a size that can be worked with.

    Raises:
        ValueError: it is not.
    """
    if not (1 <= rows <= MOST_INPUT_PX and 1 <= columns <= MOST_INPUT_PX):
        raise ValueError(f"its input is {columns}x{rows} px, not 1 to {MOST_INPUT_PX}")


def one_line(error: object) -> str:
    """Return the message of an error without line breaks, and not longer than anybody reads."""
    return textwrap.shorten(str(error), 300, placeholder=" ...")


def return_free_memory() -> None:
    """Give memory that was freed back to the system, where the C library can: a loaded model leaves 20 MB of it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
