"""What OpenCV's VideoCapture reads: a camera at this machine, a video file, a network stream."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from signage_common.files import open_file

from deeplens_camera import MAX_FRAME_BYTES, MAX_PIXELS
from deeplens_camera.errors import BrokenFrameError, SourceEndedError, SourceError
from deeplens_camera.frame import Frame
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.source import DEFAULT_FPS, Source, asked_size

OPEN_TIMEOUT_MS = 5000
READ_TIMEOUT_MS = 5000
"""After this long without a frame a stream is given up and opened again."""
FALLBACK_RATE_HZ = 30.0
"""For a video file that does not say its own rate, or none that can be."""
MAX_RATE_HZ = 240.0

_RAW_PACKETS = -1
"""The value of CAP_PROP_FORMAT that hands over packets as they are in the file or stream."""
_MJPEG = cv2.VideoWriter.fourcc(*"MJPG")

# FFmpeg prints a line at each attempt and each damaged frame, with the address and the password in it, whatever the
# environment asks for. This package tells changes, and counts.
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"


class OpencvSource(Source):
    """An open VideoCapture. It keeps its own time unless a subclass says otherwise."""

    broken_reason = "gives no frames any more"
    """Why the source broke, for people, when there is no next frame."""

    def __init__(self, capture: cv2.VideoCapture, gives_jpeg: bool) -> None:
        """Take an open VideoCapture, and whether its frames are JPEG bytes rather than pixels."""
        self._capture = capture
        self._gives_jpeg = gives_jpeg

    def advance(self) -> None:
        """Wait for the next frame.

        Raises:
            SourceError: the source went away, or gave no frame for too long.
        """
        if not self._capture.grab():
            raise SourceError(self.broken_reason)

    def frame(self) -> Frame:
        """Return the frame that was grabbed; only now it is decoded.

        Raises:
            BrokenFrameError: it is damaged.
        """
        done, image = self._capture.retrieve()
        if not done or image is None or not image.size:
            raise BrokenFrameError("expected a frame that can be decoded")
        if self._gives_jpeg and image.nbytes > MAX_FRAME_BYTES:
            raise BrokenFrameError(f"expected a JPEG of at most {MAX_FRAME_BYTES >> 20} MB")
        if self._gives_jpeg:
            return Frame(jpeg=image.tobytes())
        if image.ndim == 2:
            image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        return Frame(np.ascontiguousarray(image, np.uint8))

    def close(self) -> None:
        """Close the VideoCapture."""
        self._capture.release()


class DeviceSource(OpencvSource):
    """A camera, by Video4Linux. Motion JPEG is asked for: USB carries 720p at 30 Hz in no other way."""

    broken_reason = "the camera gives no frames any more"

    def __init__(self, path: str, params: CameraParams) -> None:
        """Open the camera, such as ``/dev/video0``, and ask its driver for rate and size.

        Raises:
            SourceError: there is no such camera, or it is in use.
        """
        capture = cv2.VideoCapture()
        if not capture.open(path, cv2.CAP_V4L2):
            capture.release()
            raise SourceError("no camera there, or it is in use")
        capture.set(cv2.CAP_PROP_FOURCC, _MJPEG)
        width, height = asked_size(params)
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, params.fps or DEFAULT_FPS)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        gives_jpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPEG and capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        super().__init__(capture, gives_jpeg)


class StreamSource(OpencvSource):
    """An RTSP or HTTP address."""

    broken_reason = "the stream broke off"

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            SourceError: nothing answers, or it is no video.
        """
        super().__init__(*_open_capture(address, _timeouts()))

    @property
    def is_film(self) -> bool:
        """Return whether it has an end, as a film has that lies at a web server; such a one keeps no time."""
        return self._capture.get(cv2.CAP_PROP_FRAME_COUNT) > 1


class VideoSource(OpencvSource):
    """A film, which is played in real time."""

    broken_reason = "has no frame that can be read"

    def __init__(self, place: str, loop: bool) -> None:
        """Open the film.

        Args:
            place: a file, or an address at which StreamSource found a film.
            loop: whether it begins again at its end.

        Raises:
            SourceError: it can't be opened.
        """
        self._place = place
        self._loop = loop
        self._frames = 0
        super().__init__(*self._open())

    def configure(self, params: CameraParams) -> None:
        """Loop or not."""
        self._loop = params.loop

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
            raise SourceError(self.broken_reason)
        if not self._loop:
            raise SourceEndedError("has been played to its end")
        self._frames = 0
        again, gives_jpeg = self._open()
        self._capture.release()
        self._capture, self._gives_jpeg = again, gives_jpeg
        super().advance()

    def _open(self) -> tuple[cv2.VideoCapture, bool]:
        if "://" in self._place:
            return _open_capture(self._place, _timeouts())
        open_file(Path(self._place)).close()  # FFmpeg would wait for whoever writes into a pipe
        return _open_capture(self._place)


def _timeouts() -> Sequence[int]:
    return cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS


def open_by_ffmpeg(address: str, params: CameraParams) -> Source:
    """Open an address that FFmpeg reads: a stream that keeps its own time, or a film.

    Raises:
        SourceError: nothing answers, or it is no video.
    """
    stream = StreamSource(address)
    if not stream.is_film:
        return stream
    stream.close()
    return VideoSource(address, params.loop)


def _open_capture(place: str, settings: Sequence[int] = ()) -> tuple[cv2.VideoCapture, bool]:
    """Open a file or address; motion JPEG is handed over as it is, anything else is decoded on one thread.

    Raises:
        SourceError: it can't be opened, or its frames are larger than MAX_PIXELS.
    """
    capture = cv2.VideoCapture()
    if not capture.open(place, cv2.CAP_FFMPEG, [*settings, cv2.CAP_PROP_N_THREADS, 1]):
        capture.release()
        raise SourceError("can't be opened, or is no video")
    width, height = (int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    if width * height > MAX_PIXELS:
        capture.release()
        raise SourceError(f"has frames of {width}x{height}; expected at most {MAX_PIXELS // 10**6} million pixels")
    is_mjpeg = int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPEG
    return capture, is_mjpeg and capture.set(cv2.CAP_PROP_FORMAT, _RAW_PACKETS)
