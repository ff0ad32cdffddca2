"""A video file, played in real time."""

from __future__ import annotations

import math

import cv2

from deeplens_camera.errors import SourceEndedError, SourceError
from deeplens_camera.picture import Picture
from deeplens_camera.sources.capture import open_ffmpeg

FALLBACK_RATE_HZ = 30.0
MAX_RATE_HZ = 240.0


class VideoSource:
    """A video file."""

    def __init__(self, path: str, loop: bool) -> None:
        """Open the file.

        Raises:
            SourceError: it can't be opened.
        """
        self._path = path
        self._loop = loop
        self._capture = open_ffmpeg(path, [])
        self._frames = 0

    @property
    def rate_hz(self) -> float:
        """Return the file's own rate."""
        rate_hz = self._capture.get(cv2.CAP_PROP_FPS)
        return rate_hz if math.isfinite(rate_hz) and 0 < rate_hz <= MAX_RATE_HZ else FALLBACK_RATE_HZ

    def advance(self) -> None:
        """Go to the next frame; from the last to the first if it loops.

        Raises:
            SourceEndedError: this was the last frame.
            SourceError: the file has no frame at all, or went away.
        """
        if not self._capture.grab():
            self._begin_again()
        self._frames += 1

    def _begin_again(self) -> None:
        if not self._frames:
            raise SourceError("has no frame that can be read")
        if not self._loop:
            raise SourceEndedError("has been played to its end")
        self._frames = 0
        again = open_ffmpeg(self._path, [])
        self._capture.close()
        self._capture = again
        if not self._capture.grab():
            raise SourceError("has no frame that can be read")

    def picture(self) -> Picture:
        """Return the current frame."""
        return self._capture.picture()

    def notices(self) -> list[str]:
        """Return nothing: a file has nothing to say."""
        return []

    def close(self) -> None:
        """Close the file."""
        self._capture.close()
