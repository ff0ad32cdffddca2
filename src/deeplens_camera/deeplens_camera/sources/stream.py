"""An RTSP or HTTP address."""

from __future__ import annotations

import cv2

from deeplens_camera.errors import SourceError
from deeplens_camera.picture import Picture
from deeplens_camera.sources.capture import open_ffmpeg

OPEN_TIMEOUT_MS = 5000
READ_TIMEOUT_MS = 5000
"""After this long without a frame the address is given up and opened again."""


class StreamSource:
    """A network stream, which keeps its own time."""

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            SourceError: nothing answers, or it is no video.
        """
        self._capture = open_ffmpeg(
            address,
            [
                *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
                *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
            ],
        )

    @property
    def rate_hz(self) -> None:
        """Return None: the stream keeps its own time."""
        return None

    def advance(self) -> None:
        """Wait for the next frame.

        Raises:
            SourceError: the stream broke, or gave no frame for too long.
        """
        if not self._capture.grab():
            raise SourceError("the stream broke off")

    def picture(self) -> Picture:
        """Return the current frame."""
        return self._capture.picture()

    def notices(self) -> list[str]:
        """Return nothing: a stream has nothing to say."""
        return []

    def close(self) -> None:
        """Disconnect."""
        self._capture.close()
