"""A camera at this machine, by Video4Linux."""

from __future__ import annotations

import cv2

from deeplens_camera.errors import SourceError
from deeplens_camera.picture import Picture
from deeplens_camera.sources.capture import Capture

DEFAULT_SIZE = (1280, 720)
DEFAULT_FPS = 30.0
_MJPEG = cv2.VideoWriter.fourcc(*"MJPG")


class DeviceSource:
    """A camera, which keeps its own time. Motion JPEG is asked for: USB carries 720p at 30 Hz in no other way."""

    def __init__(self, path: str, fps: float, width_px: int, height_px: int) -> None:
        """Open the camera.

        Args:
            path: such as ``/dev/video0``.
            fps: what to ask the driver for; 0: 30.
            width_px: what to ask the driver for; 0: 1280.
            height_px: what to ask the driver for; 0: 720.

        Raises:
            SourceError: there is no such camera, or it is in use.
        """
        capture = cv2.VideoCapture()
        if not capture.open(path, cv2.CAP_V4L2):
            capture.release()
            raise SourceError("no camera there, or it is in use")
        capture.set(cv2.CAP_PROP_FOURCC, _MJPEG)
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width_px or DEFAULT_SIZE[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height_px or DEFAULT_SIZE[1])
        capture.set(cv2.CAP_PROP_FPS, fps or DEFAULT_FPS)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        jpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPEG and capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._capture = Capture(capture, jpeg)

    @property
    def rate_hz(self) -> None:
        """Return None: the camera keeps its own time."""
        return None

    def advance(self) -> None:
        """Wait for the next frame.

        Raises:
            SourceError: the camera was taken away, or gave no frame for too long.
        """
        if not self._capture.grab():
            raise SourceError("the camera gives no frames any more")

    def picture(self) -> Picture:
        """Return the current frame."""
        return self._capture.picture()

    def notices(self) -> list[str]:
        """Return nothing: a camera has nothing to say."""
        return []

    def close(self) -> None:
        """Close the camera."""
        self._capture.close()
