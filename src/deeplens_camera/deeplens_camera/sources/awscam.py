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

from deeplens_camera.errors import BrokenFrameError, SourceError
from deeplens_camera.frame import Frame, fit
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.source import DEFAULT_FPS, DEFAULT_SIZE, Source
from deeplens_camera.turning import Pixels

LIBRARY = "awscam"


class AwscamSource(Source):
    """The camera of a DeepLens. The library gives the same frame again if it is asked too early, so it is not.

    ``advance`` waits by itself, since skipping a frame would cost as much as taking it.
    """

    def __init__(self, params: CameraParams) -> None:
        """Load the library.

        Raises:
            ConfigurationError: it is not there.
        """
        self._library = import_library()
        self._due_s = time.monotonic()
        self._image: Any = None
        self.configure(params)

    def configure(self, params: CameraParams) -> None:
        """Go on at another rate or size."""
        self._interval_s = 1 / (params.fps or DEFAULT_FPS)
        self._has_size = bool(params.width or params.height)

    def advance(self) -> None:
        """Wait until a new frame may be there, and take it.

        Raises:
            SourceError: the camera gives none.
        """
        time.sleep(max(self._due_s - time.monotonic(), 0.0))
        self._due_s = max(self._due_s + self._interval_s, time.monotonic())
        try:
            done, self._image = self._library.getLastFrame()
        except Exception as error:  # whatever the library raises, the camera may come back
            raise SourceError(f"{LIBRARY} failed, {error}") from error
        if not done or self._image is None:
            raise SourceError(f"{LIBRARY} gives no frame")

    def frame(self) -> Frame:
        """Return the current frame, at 1280 x 720 unless another size is asked for.

        Raises:
            BrokenFrameError: it is no picture.
        """
        image = np.asarray(self._image)
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise BrokenFrameError(f"expected a BGR picture, got {image.dtype} {image.shape}")
        pixels: Pixels = np.ascontiguousarray(image)
        return Frame(pixels if self._has_size else fit(pixels, DEFAULT_SIZE))

    def close(self) -> None:
        """Forget the frame; the device's camera runs on."""
        self._image = None


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
