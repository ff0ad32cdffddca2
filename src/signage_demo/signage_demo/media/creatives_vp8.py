"""Encode VP8 at a bit rate of one's choice.

OpenCV's VideoWriter fixes the quality and a key frame every twelve frames, which makes films ten times as large. The
FFmpeg that comes inside OpenCV's wheel can do better, so its encoder is called directly: options go in by name, and
only the first fields of AVFrame and AVPacket are touched, whose places have not changed since FFmpeg 1.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from signage_common.errors import SignageError

from signage_demo.media.creatives_stage import Frame
from signage_demo.media.creatives_webm import Packet

_YUV420P = 0
_KEY_FRAME = 1
_TRY_AGAIN, _END = -11, -0x20464F45
_LOG_ERRORS = 16


class _Frame(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p * 8),
        ("linesize", ctypes.c_int * 8),
        ("extended_data", ctypes.c_void_p),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("nb_samples", ctypes.c_int),
        ("format", ctypes.c_int),
        ("key_frame", ctypes.c_int),
        ("pict_type", ctypes.c_int),
        ("sample_aspect_ratio", ctypes.c_int * 2),
        ("pts", ctypes.c_int64),
    )


class _Packet(ctypes.Structure):
    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("pts", ctypes.c_int64),
        ("dts", ctypes.c_int64),
        ("data", ctypes.c_void_p),
        ("size", ctypes.c_int),
        ("stream_index", ctypes.c_int),
        ("flags", ctypes.c_int),
    )


class Vp8Error(SignageError):
    """The encoder is missing or refused something."""


def _library(name: str) -> ctypes.CDLL:
    folder = Path(cv2.__file__).parent.parent / "opencv_python_headless.libs"
    found = sorted(folder.glob(f"lib{name}-*.so*"))
    if not found:
        raise Vp8Error(f"{folder}: expected lib{name}-*.so, as in the wheel of opencv-python-headless")
    return ctypes.CDLL(str(found[0]))


class Vp8Encoder:
    """One stream of VP8; use as a context manager."""

    def __init__(self, width: int, height: int, fps: int, bits_per_s: int, key_interval: int) -> None:
        """Open the encoder.

        Raises:
            Vp8Error: it can't be had.
        """
        self._size = (width, height)
        self._util, self._codec = _library("avutil"), _library("avcodec")
        for library, name in (
            (self._codec, "avcodec_find_encoder_by_name"),
            (self._codec, "avcodec_alloc_context3"),
            (self._codec, "av_packet_alloc"),
            (self._util, "av_frame_alloc"),
        ):
            getattr(library, name).restype = ctypes.c_void_p
        self._util.av_log_set_level(_LOG_ERRORS)
        encoder = ctypes.c_void_p(self._codec.avcodec_find_encoder_by_name(b"libvpx"))
        self._context = ctypes.c_void_p(self._codec.avcodec_alloc_context3(encoder))
        self._frame = ctypes.cast(self._util.av_frame_alloc(), ctypes.POINTER(_Frame))
        self._packet = ctypes.cast(self._codec.av_packet_alloc(), ctypes.POINTER(_Packet))
        options = {
            "video_size": f"{width}x{height}",
            "pixel_format": "yuv420p",
            "time_base": f"1/{fps}",
            "b": str(bits_per_s),
            "g": str(key_interval),
            "threads": "1",
            "deadline": "good",
            "cpu-used": "2",
            "qmin": "4",
            "qmax": "56",
        }
        for key, value in options.items():
            self._check(self._util.av_opt_set(self._context, key.encode(), value.encode(), 1), f"option {key}={value}")
        self._check(self._codec.avcodec_open2(self._context, encoder, None), "open")
        self._count = 0

    def __enter__(self) -> Vp8Encoder:
        """Return the encoder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the encoder's memory back."""
        self._util.av_frame_free(ctypes.byref(self._frame))
        self._codec.av_packet_free(ctypes.byref(self._packet))
        self._codec.avcodec_free_context(ctypes.byref(self._context))

    def encode(self, picture: Frame) -> Iterator[Packet]:
        """Encode one BGR picture and give the packets that are ready."""
        width, height = self._size
        planes = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)).reshape(-1)
        frame = self._frame.contents
        for index, (offset, line) in enumerate(
            ((0, width), (width * height, width // 2), (width * height * 5 // 4, width // 2))
        ):
            frame.data[index], frame.linesize[index] = planes.ctypes.data + offset, line
        frame.width, frame.height, frame.format, frame.pts = width, height, _YUV420P, self._count
        self._count += 1
        self._check(self._codec.avcodec_send_frame(self._context, self._frame), "frame")
        yield from self._packets()

    def finish(self) -> Iterator[Packet]:
        """Give the packets that are left."""
        self._check(self._codec.avcodec_send_frame(self._context, None), "end")
        yield from self._packets()

    def _packets(self) -> Iterator[Packet]:
        while (status := self._codec.avcodec_receive_packet(self._context, self._packet)) not in (_TRY_AGAIN, _END):
            self._check(status, "packet")
            packet = self._packet.contents
            yield Packet(ctypes.string_at(packet.data, packet.size), bool(packet.flags & _KEY_FRAME))
            self._codec.av_packet_unref(self._packet)

    def _check(self, status: int, what: str) -> None:
        if status < 0:
            raise Vp8Error(f"libvpx: {what} failed with {status}")
