"""The calibration of a camera, as ROS's camera_calibration writes it and as ROS's drivers read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from ament_index_python.packages import get_package_share_directory
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from deeplens_camera.source_address import printable

MAX_BYTES = 64 << 10
_LARGEST = 1e9
MODELS = ("plumb_bob", "rational_polynomial", "equidistant", "thin_prism")


@dataclass(frozen=True)
class Calibration:
    """A calibration; the letters are those of sensor_msgs/CameraInfo.

    Attributes:
        size: width and height of the pictures that it is for, px.
        model: name of the distortion model.
        d: its coefficients.
        k: 3x3 intrinsic matrix, row by row.
        r: 3x3 rectification matrix.
        p: 3x4 projection matrix.
    """

    size: tuple[int, int]
    model: str
    d: tuple[float, ...]
    k: tuple[float, ...]
    r: tuple[float, ...]
    p: tuple[float, ...]


def load_calibration(url: str) -> Calibration | None:
    """Read the file at a ``file://`` or ``package://`` address; None if the address is empty.

    Raises:
        ConfigurationError: there is none, or it is no calibration.
    """
    if not url:
        return None
    shown = printable(url)
    try:
        text = read_file(_path_of(url), MAX_BYTES)
        return _parse(yaml.safe_load(text))
    except OSError as error:
        raise ConfigurationError(f"parameter camera_info_url: {shown}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(f"parameter camera_info_url: {shown}: {error}") from None
    except (yaml.YAMLError, RecursionError):
        raise ConfigurationError(f"parameter camera_info_url: {shown}: expected YAML") from None


def _path_of(url: str) -> Path:
    scheme, found, place = url.partition("://")
    if found and scheme == "file":
        return Path(unquote(place))
    package, _, inside = unquote(place).partition("/")
    if not found or scheme != "package" or not inside:
        raise ValueError("expected file:///PATH or package://PACKAGE/PATH")
    try:
        return Path(get_package_share_directory(package)) / inside
    except LookupError:
        raise ValueError(f"there is no package {package}") from None


def _parse(document: Any) -> Calibration:
    if not isinstance(document, Mapping):
        raise ValueError("expected a calibration as camera_calibration writes it")
    model = document.get("distortion_model")
    if model not in MODELS:
        raise ValueError(f"distortion_model: expected one of {', '.join(MODELS)}, got {model!r}")
    return Calibration(
        (_count(document, "image_width"), _count(document, "image_height")),
        model,
        _matrix(document, "distortion_coefficients", 1, None),
        _matrix(document, "camera_matrix", 3, 3),
        _matrix(document, "rectification_matrix", 3, 3),
        _matrix(document, "projection_matrix", 3, 4),
    )


def _count(document: Mapping[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or not 1 <= value <= 1 << 16:
        raise ValueError(f"{name}: expected a number of pixels")
    return value


def _matrix(document: Mapping[str, Any], name: str, rows: int, columns: int | None) -> tuple[float, ...]:
    matrix = document.get(name)
    data = matrix.get("data") if isinstance(matrix, Mapping) else None
    is_long_enough = isinstance(data, list) and (len(data) <= 14 if columns is None else len(data) == rows * columns)
    if not is_long_enough or not all(isinstance(each, int | float) and abs(each) < _LARGEST for each in data or ()):
        raise ValueError(f"{name}: expected data of {rows}x{columns or 'n'} numbers")
    return tuple(float(each) for each in data or ())
