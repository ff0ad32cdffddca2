"""Clips of a still face: the same image moved, scaled and degraded as a camera would show it over some frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from face_inference.boxes import Box, shorter_side
from face_inference.images import ImageBgr
from numpy.typing import NDArray

_SIZE_PX = (45.0, 150.0)
_SHIFT = 0.06  # of the face's side, standard deviation: how far a detector's box is off
_TILT_DEG = 7.0
_BLUR = 0.012  # of the face's side
_LIGHT = (0.5, 1.5)
_JPEG_QUALITY = (30, 90)
_HIDDEN_SHARE = 0.25  # of the frames
_HIDDEN_PART = (0.2, 0.5)  # of the face's height or width
_GREY = 128


@dataclass(frozen=True, eq=False)
class ClipFrame:
    """One frame of a clip of one face.

    Attributes:
        image_bgr: uint8 (h, w, 3).
        xyxy_px: where a detector may say that the face is.
    """

    image_bgr: ImageBgr
    xyxy_px: Box


def make_clip(still_bgr: ImageBgr, xyxy_px: Box, frames: int, rng: np.random.Generator) -> Iterator[ClipFrame]:
    """Make a clip of a face.

    Args:
        still_bgr: uint8 (h, w, 3), the image.
        xyxy_px: the face in it.
        frames: how many to make.
        rng: decides all that differs from frame to frame.
    """
    for _ in range(frames):
        image, box = _move(still_bgr, xyxy_px, rng)
        yield ClipFrame(_degrade(image, box, rng), _jitter(box, rng))


def _move(still_bgr: ImageBgr, xyxy_px: Box, rng: np.random.Generator) -> tuple[ImageBgr, Box]:
    """Tilt and scale the image; return it with the face's box, which is as large as it was, scaled."""
    left, top, right, bottom = xyxy_px
    scale = rng.uniform(*_SIZE_PX) / shorter_side(xyxy_px)
    middle = (left + right) / 2, (top + bottom) / 2
    turned = cv2.getRotationMatrix2D(middle, rng.normal(0, _TILT_DEG), scale)
    height, width = round(still_bgr.shape[0] * scale), round(still_bgr.shape[1] * scale)
    turned = turned + np.array([[0, 0, width / 2 - middle[0]], [0, 0, height / 2 - middle[1]]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image = cv2.warpAffine(
        _antialias(still_bgr, scale), turned, (width, height), flags=how, borderMode=cv2.BORDER_REFLECT
    )
    half_x, half_y = (right - left) * scale / 2, (bottom - top) * scale / 2
    box = width / 2 - half_x, height / 2 - half_y, width / 2 + half_x, height / 2 + half_y
    return image.astype(np.uint8, copy=False), box


def _antialias(still_bgr: ImageBgr, scale: float) -> NDArray[np.uint8]:
    """Take away what a smaller image can't show."""
    sigma = 0.4 * (1 / scale - 1)
    return cv2.GaussianBlur(still_bgr, (0, 0), sigma).astype(np.uint8, copy=False) if sigma > 0.1 else still_bgr


def _degrade(image_bgr: ImageBgr, box: Box, rng: np.random.Generator) -> ImageBgr:
    """Blur it, light it otherwise, hide a part of the face in some, and compress it."""
    sigma = abs(rng.normal(0, _BLUR)) * shorter_side(box)
    degraded = cv2.GaussianBlur(image_bgr, (0, 0), sigma) if sigma > 0.2 else image_bgr.copy()
    degraded = cv2.convertScaleAbs(degraded, alpha=rng.uniform(*_LIGHT)).astype(np.uint8, copy=False)
    if rng.random() < _HIDDEN_SHARE:
        _hide(degraded, box, rng)
    quality = int(rng.integers(*_JPEG_QUALITY))
    data = cv2.imencode(".jpg", degraded, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.uint8, copy=False)


def _hide(image_bgr: ImageBgr, box: Box, rng: np.random.Generator) -> None:
    """Put something grey in front of one side of the face."""
    left, top, right, bottom = (round(side) for side in box)
    part = rng.uniform(*_HIDDEN_PART)
    across, down = round(part * (right - left)), round(part * (bottom - top))
    corners = [
        ((left, top), (left + across, bottom)),
        ((right - across, top), (right, bottom)),
        ((left, bottom - down), (right, bottom)),
    ]
    start, end = corners[int(rng.integers(len(corners)))]
    cv2.rectangle(image_bgr, start, end, (_GREY, _GREY, _GREY), cv2.FILLED)


def _jitter(box: Box, rng: np.random.Generator) -> Box:
    """Return a box that is off by as much as a detector's."""
    left, top, right, bottom = box
    dx, dy = (rng.normal(0, _SHIFT, 2) * shorter_side(box)).tolist()
    more = 1 + rng.normal(0, _SHIFT)
    half_x, half_y = (right - left) / 2 * more, (bottom - top) / 2 * more
    x, y = (left + right) / 2 + dx, (top + bottom) / 2 + dy
    return x - half_x, y - half_y, x + half_x, y + half_y
