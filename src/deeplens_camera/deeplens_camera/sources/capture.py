"""Read from OpenCV's VideoCapture: what files, streams and devices have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence

import cv2
import numpy as np

from deeplens_camera.errors import BrokenPictureError, SourceError
from deeplens_camera.picture import Picture

RAW_PACKETS = -1
"""The value of CAP_PROP_FORMAT that hands over packets as they are in the file or stream."""
_MJPEG = cv2.VideoWriter.fourcc(*"MJPG")

_SILENT = 0

# OpenCV and FFmpeg print a line at each attempt and each damaged frame; this package tells changes, and counts.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
if "OPENCV_LOG_LEVEL" not in os.environ:
    cv2.setLogLevel(_SILENT)


def open_ffmpeg(place: str, settings: Sequence[int], passes_jpeg: bool = True) -> Capture:
    """Open a file or address by FFmpeg; motion JPEG is handed over as it is, anything else is decoded on one thread.

    Raises:
        SourceError: it can't be opened.
    """
    capture = cv2.VideoCapture()
    if not capture.open(place, cv2.CAP_FFMPEG, [*settings, cv2.CAP_PROP_N_THREADS, 1]):
        capture.release()
        raise SourceError("can't be opened, or is no video")
    jpeg = passes_jpeg and int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPEG
    jpeg = jpeg and capture.set(cv2.CAP_PROP_FORMAT, RAW_PACKETS)
    return Capture(capture, jpeg)


class Capture:
    """An open VideoCapture that gives pictures."""

    def __init__(self, capture: cv2.VideoCapture, gives_jpeg: bool) -> None:
        """Take an open VideoCapture, and whether its frames are JPEG bytes rather than pixels."""
        self._capture = capture
        self.gives_jpeg = gives_jpeg

    def get(self, prop: int) -> float:
        """Return a property of the VideoCapture."""
        return self._capture.get(prop)

    def grab(self) -> bool:
        """Go to the next frame; return False if there is none."""
        return self._capture.grab()

    def picture(self) -> Picture:
        """Return the picture of the frame that was grabbed.

        Raises:
            BrokenPictureError: the frame is damaged.
        """
        done, frame = self._capture.retrieve()
        if not done or frame is None or not frame.size:
            raise BrokenPictureError("expected a frame that can be decoded")
        if self.gives_jpeg:
            return Picture(jpeg=frame.tobytes())
        if frame.ndim == 2:
            frame = cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
        return Picture(np.ascontiguousarray(frame, np.uint8))

    def close(self) -> None:
        """Close the VideoCapture."""
        self._capture.release()
