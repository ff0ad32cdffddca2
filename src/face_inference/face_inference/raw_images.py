"""Images as drivers send them undecoded, in the encodings of sensor_msgs/image_encodings.hpp, made into BGR.

OpenCV converts. Of the encodings without a colour in their name, one, three and four channels of 8 or 16 bits are taken
for grey, BGR and BGRA, as OpenCV has them; the others, such as depths in metres, are no pictures.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.pictures import LARGEST_PIXELS

from face_inference.images import CorruptImageError, ImageBgr


@dataclass(frozen=True, eq=False)
class RawImage:
    """An image as it was sent; nothing of it is checked yet.

    Attributes:
        width: pixels.
        height: pixels.
        step: bytes from one row to the next.
        encoding: how the pixels lie in the data.
        is_bigendian: whether of 16 bits the higher ones come first.
        data: the bytes.
    """

    width: int
    height: int
    step: int
    encoding: str
    is_bigendian: bool
    data: Any


@dataclass(frozen=True)
class _Packed:
    """An encoding whose pixels lie one after another.

    Attributes:
        channels: values of a pixel.
        code: OpenCV's conversion to BGR; None where it is BGR.
        value_bytes: of one value.
        shared: how many pixels of a row share their colours.
    """

    channels: int
    code: int | None
    value_bytes: int = 1
    shared: int = 1

    def to_bgr(self, raw: RawImage) -> NDArray[Any]:
        pixel_bytes = self.channels * self.value_bytes
        _require(raw.width % self.shared == 0, f"a width that {self.shared} divides")
        _require(raw.step >= raw.width * pixel_bytes, f"rows of {raw.width * pixel_bytes} bytes or more")
        _require(len(raw.data) >= raw.height * raw.step, f"{raw.height * raw.step} bytes")
        pixels: NDArray[Any] = np.ndarray(
            (raw.height, raw.width, self.channels),
            dtype=f"{'>' if raw.is_bigendian else '<'}u{self.value_bytes}",
            buffer=raw.data,
            strides=(raw.step, pixel_bytes, self.value_bytes),
        )
        if self.value_bytes == 2:
            pixels = cv2.convertScaleAbs(pixels.astype(np.uint16), alpha=255 / 65535)
        return np.ascontiguousarray(pixels) if self.code is None else cv2.cvtColor(pixels, self.code)


@dataclass(frozen=True)
class _Planar:
    """An encoding with a plane of brightness first, then one with both colours of each pixel, or of every second one.

    Attributes:
        code: OpenCV's conversion to BGR of colours of every second pixel and row.
        has_all_colours: whether each pixel has its own.
    """

    code: int
    has_all_colours: bool = False

    def to_bgr(self, raw: RawImage) -> NDArray[Any]:
        _require(raw.width % 2 == 0 and raw.height % 2 == 0, "an even width and height")
        _require(raw.step >= raw.width, f"rows of {raw.width} bytes or more")
        rows = raw.height * 3 if self.has_all_colours else raw.height * 3 // 2
        counts_both = raw.step == 2 * raw.width and len(raw.data) < rows * raw.step  # as some drivers do: both planes
        step = raw.width if counts_both else raw.step
        _require(len(raw.data) >= rows * step, f"{rows * step} bytes")
        brightness: NDArray[np.uint8] = np.ndarray((raw.height, raw.width), np.uint8, raw.data, strides=(step, 1))
        every = 2 if self.has_all_colours else 1
        colours: NDArray[np.uint8] = np.ndarray(
            (raw.height // 2, raw.width // 2, 2),
            np.uint8,
            raw.data,
            offset=raw.height * step,
            strides=(every * every * step, every * 2, 1),
        )
        planes = np.concatenate([brightness, colours.reshape(raw.height // 2, raw.width)])
        return np.asarray(cv2.cvtColor(planes, self.code))


_COLOURS: Mapping[str, tuple[int, int | None]] = {
    "mono": (1, cv2.COLOR_GRAY2BGR),
    "bgr": (3, None),
    "rgb": (3, cv2.COLOR_RGB2BGR),
    "bgra": (4, cv2.COLOR_BGRA2BGR),
    "rgba": (4, cv2.COLOR_RGBA2BGR),
    "bayer_rggb": (1, cv2.COLOR_BayerRGGB2BGR),
    "bayer_bggr": (1, cv2.COLOR_BayerBGGR2BGR),
    "bayer_gbrg": (1, cv2.COLOR_BayerGBRG2BGR),
    "bayer_grbg": (1, cv2.COLOR_BayerGRBG2BGR),
}
_UYVY = _Packed(2, cv2.COLOR_YUV2BGR_UYVY, shared=2)
_YUYV = _Packed(2, cv2.COLOR_YUV2BGR_YUY2, shared=2)

ENCODINGS: Mapping[str, _Packed | _Planar] = {
    **{f"{name}{8 * size}": _Packed(*colour, size) for name, colour in _COLOURS.items() for size in (1, 2)},
    **{
        f"{8 * size}UC{_COLOURS[name][0]}": _Packed(*_COLOURS[name], size)
        for name in ("mono", "bgr", "bgra")
        for size in (1, 2)
    },
    **dict.fromkeys(("yuv422", "uyvy"), _UYVY),
    **dict.fromkeys(("yuv422_yuy2", "yuyv"), _YUYV),
    "nv12": _Planar(cv2.COLOR_YUV2BGR_NV12),
    "nv21": _Planar(cv2.COLOR_YUV2BGR_NV21),
    "nv24": _Planar(cv2.COLOR_YUV2BGR_NV12, has_all_colours=True),
}
"""The encodings that can become BGR, by name."""


def to_bgr(raw: RawImage) -> ImageBgr:
    """Return an image as BGR: uint8 (height, width, 3).

    Raises:
        CorruptImageError: its encoding can't become BGR, or its size, encoding and data don't agree.
    """
    try:
        encoding = ENCODINGS.get(raw.encoding)
        if encoding is None:
            raise CorruptImageError("an encoding that can become bgr8")
        _require(0 < raw.width * raw.height <= LARGEST_PIXELS, f"1 to {LARGEST_PIXELS:,} pixels")
        return encoding.to_bgr(raw)
    except CorruptImageError as error:
        raise CorruptImageError(
            f"expected {error}, got {raw.width}x{raw.height} in {raw.height} rows of {raw.step} bytes, "
            f"{len(raw.data)} bytes of encoding {reprlib.repr(raw.encoding)}"
        ) from None


def with_colours(image_bgr: ImageBgr, encoding: str) -> ImageBgr:
    """Return an image with the colours of the camera's mosaic, which image_transport compresses as grey values."""
    mosaic = ENCODINGS.get(encoding) if encoding.startswith("bayer_") else None
    if not isinstance(mosaic, _Packed) or mosaic.code is None:
        return image_bgr
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image_bgr[:, :, 0]), mosaic.code), np.uint8)


def _require(is_so: bool, expected: str) -> None:
    if not is_so:
        raise CorruptImageError(expected)
