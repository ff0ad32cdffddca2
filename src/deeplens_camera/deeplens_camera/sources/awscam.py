"""The camera of an AWS DeepLens, by the device's own library ``awscam``.

Source: "AWS DeepLens Device Library", function ``awscam.getLastFrame``: it returns at once what the camera saw last,
BGR, 2688 x 1520 on the first version of the device.
"""

from __future__ import annotations

import importlib
import time
from typing import Any

import numpy as np
from signage_common.errors import ConfigurationError

from deeplens_camera.encode import Pixels
from deeplens_camera.errors import BrokenPictureError, SourceError
from deeplens_camera.letterbox import fit
from deeplens_camera.picture import Picture
from deeplens_camera.sources.source import SourceOptions

LIBRARY = "awscam"
DEFAULT_SIZE = (1280, 720)
DEFAULT_FPS = 30.0


class AwscamSource:
    """The camera of a DeepLens. The library gives the same frame again if it is asked too early, so it is not."""

    def __init__(self, options: SourceOptions) -> None:
        """Load the library.

        Raises:
            ConfigurationError: it is not there.
        """
        self._library = import_library()
        self._interval_s = 1 / (options.fps or DEFAULT_FPS)
        self._has_size = bool(options.width_px or options.height_px)
        self._due_s = time.monotonic()
        self._frame: Any = None

    @property
    def rate_hz(self) -> None:
        """Return None: ``advance`` waits by itself, since skipping a frame costs as much as taking it."""
        return None

    def advance(self) -> None:
        """Wait until a new frame may be there, and take it.

        Raises:
            SourceError: the camera gives none.
        """
        time.sleep(max(self._due_s - time.monotonic(), 0.0))
        self._due_s = max(self._due_s + self._interval_s, time.monotonic())
        try:
            done, self._frame = self._library.getLastFrame()
        except Exception as error:  # whatever the library raises, the camera may come back
            raise SourceError(f"{LIBRARY} failed, {error}") from error
        if not done or self._frame is None:
            raise SourceError(f"{LIBRARY} gives no frame")

    def picture(self) -> Picture:
        """Return the current frame, at 1280 x 720 unless another size is asked for.

        Raises:
            BrokenPictureError: it is no picture.
        """
        frame = np.asarray(self._frame)
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or not frame.size:
            raise BrokenPictureError(f"expected a BGR picture, got {frame.dtype} {frame.shape}")
        pixels: Pixels = np.ascontiguousarray(frame)
        return Picture(pixels if self._has_size else fit(pixels, DEFAULT_SIZE))

    def notices(self) -> list[str]:
        """Return nothing: a camera has nothing to say."""
        return []

    def close(self) -> None:
        """Forget the frame; the device's camera runs on."""
        self._frame = None


def import_library() -> Any:
    """Import the device's library.

    Raises:
        ConfigurationError: it is not there, or does not load.
    """
    try:
        return importlib.import_module(LIBRARY)
    except ImportError as error:
        raise ConfigurationError(
            f"parameter source: {LIBRARY}: exists only on an AWS DeepLens, where its library can be imported: {error}"
        ) from error
