"""How a foreign MXNet SSD wants its images, and what its answers mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from signage_common.errors import ConfigurationError
from signage_common.files import read_file

from face_inference.networks.model_files import MOST_JSON_BYTES, NOT_SAID, ModelChoice, one_line, parse_json

Size = Annotated[int, Field(ge=16, le=4096)]
PerChannel = tuple[float, float, float]


class MxnetSsdSettings(BaseModel):
    """What may be set for a model; what is not is taken from the model itself, or its kind's usual value.

    Attributes:
        width: of the input, pixels.
        height: of the input, pixels.
        mean: what is subtracted from red, green and blue, of 0 to 255.
        scale: what the difference is multiplied with, for all or for red, green and blue.
        channels: in which order the input holds them.
        face_class: which class is a face, counted from 0 without the background; -1: each is.
        boxes: whether the answers are shares of the input or its pixels.
        fit: whether an image of another shape is stretched, or scaled and padded with black.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    width: Size | None = None
    height: Size | None = None
    mean: PerChannel | None = None
    scale: float | PerChannel | None = None
    channels: Literal["rgb", "bgr"] | None = None
    face_class: Annotated[int, Field(ge=-1)] | None = None
    boxes: Literal["normalised", "pixels"] | None = None
    fit: Literal["stretch", "pad"] | None = None

    def over(self, other: MxnetSsdSettings) -> MxnetSsdSettings:
        """Return these settings, with those of the other where these say nothing."""
        return other.model_copy(update=self.model_dump(exclude_none=True))


def read_settings(path: Path) -> MxnetSsdSettings:
    """Read the settings beside a model; empty where there is no such file.

    Raises:
        ConfigurationError: the file is broken.
    """
    try:
        text = read_file(path, MOST_JSON_BYTES).decode()
    except FileNotFoundError:
        return MxnetSsdSettings()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or one_line(error)
        raise ConfigurationError(f"{path}: expected the settings of a model, {reason}") from error
    try:
        values = parse_json(text)
    except ValueError as error:
        raise ConfigurationError(f"{path}: expected JSON, {one_line(error)}") from error
    return make_settings(values, str(path))


def make_settings(values: Any, where: str) -> MxnetSsdSettings:
    """Return checked settings.

    Args:
        values: by name.
        where: what an error names.

    Raises:
        ConfigurationError: one is unknown or out of range.
    """
    try:
        return MxnetSsdSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        message = one_line(f"{first['msg'][0].lower()}{first['msg'][1:]}")
        raise ConfigurationError(f"{where}: {field}: {message}" if field else f"{where}: {message}") from None


def settings_of(choice: ModelChoice) -> MxnetSsdSettings:
    """Return the settings that a user chose.

    Raises:
        ConfigurationError: one is wrong.
    """
    given: dict[str, Any] = {
        name: getattr(choice, name) for name in ("width", "height", "channels") if getattr(choice, name)
    }
    if choice.mean:
        given["mean"] = parse_numbers(choice.mean, "parameter model_mean")
    if choice.scale:
        scale = parse_numbers(choice.scale, "parameter model_scale")
        given["scale"] = scale if len(scale) > 1 else scale[0]
    if choice.face_class != NOT_SAID:
        given["face_class"] = choice.face_class
    return make_settings(given, "parameters model_*")


def parse_numbers(text: str, where: str) -> list[float]:
    """Return the numbers of a text such as ``123, 117, 104``.

    Raises:
        ConfigurationError: it holds anything else.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise ConfigurationError(f"{where}: expected numbers with commas between, got {text!r}") from None
