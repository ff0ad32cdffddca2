"""Augmentation: faces changed as cameras change them: moved, tilted, mirrored, small, in other light."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from face_inference.images import ImageBgr
from face_inference.networks.preprocessing import crop, place

Float32 = npt.NDArray[np.float32]

_SCALE = (0.88, 1.1)
_SHIFT = 0.05
_TILT_DEGREES = 12.0
_SMALL_PX = (24, 48)
_SMALL_SHARE, _GREY_SHARE = 0.3, 0.05
_CONTRAST, _SATURATION = (0.7, 1.3), (0.6, 1.4)
_BRIGHTNESS = 30.0


def augment(image_bgr: ImageBgr, xyxy_px: Float32, side_px: int, rng: np.random.Generator) -> ImageBgr:
    """Return a changed face as a square, black where there is nothing: uint8 (side, side, 3), BGR.

    Args:
        image_bgr: uint8 (h, w, 3), BGR.
        xyxy_px: float32 (4,), the face's box.
        side_px: height and width of the result.
        rng: decides all that is changed.
    """
    face = crop(image_bgr, _move(xyxy_px, rng))
    square = fit_square(image_bgr if face is None else face.image_bgr, side_px)
    square = _tilt(square, rng.uniform(-_TILT_DEGREES, _TILT_DEGREES))
    if rng.random() < _SMALL_SHARE:
        square = _shrink(square, int(rng.integers(_SMALL_PX[0], _SMALL_PX[1] + 1)))
    square = _recolour(square, rng)
    return np.ascontiguousarray(square[:, ::-1]) if rng.random() < 0.5 else square


def fit_square(face_bgr: ImageBgr, side_px: int) -> ImageBgr:
    """Scale a face to fit into the middle of a black square."""
    height, width = place((face_bgr.shape[0], face_bgr.shape[1]), side_px, side_px)
    top, left = (side_px - height) // 2, (side_px - width) // 2
    square: ImageBgr = np.zeros((side_px, side_px, 3), np.uint8)
    scaled = cv2.resize(face_bgr, (width, height), interpolation=cv2.INTER_LINEAR)
    square[top : top + height, left : left + width] = scaled
    return square


def _move(xyxy_px: Float32, rng: np.random.Generator) -> Float32:
    """Return a box moved a little and made a little smaller or larger."""
    centre, extent = (xyxy_px[:2] + xyxy_px[2:]) / 2, xyxy_px[2:] - xyxy_px[:2]
    centre = centre + extent * rng.uniform(-_SHIFT, _SHIFT, 2)
    half = extent * rng.uniform(*_SCALE) / 2
    moved: Float32 = np.concatenate([centre - half, centre + half]).astype(np.float32)
    return moved


def _tilt(square: ImageBgr, degrees: float) -> ImageBgr:
    side = square.shape[0]
    turn = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(square, turn, (side, side), flags=cv2.INTER_LINEAR), np.uint8)


def _shrink(square: ImageBgr, small_px: int) -> ImageBgr:
    """Return what is left of a face that was seen from afar."""
    side = square.shape[0]
    small = cv2.resize(square, (small_px, small_px), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)


def _recolour(square: ImageBgr, rng: np.random.Generator) -> ImageBgr:
    contrast, brightness = rng.uniform(*_CONTRAST), rng.uniform(-_BRIGHTNESS, _BRIGHTNESS)
    saturation = 0.0 if rng.random() < _GREY_SHARE else rng.uniform(*_SATURATION)
    values = square.astype(np.float32)
    grey = values.mean(axis=2, keepdims=True)
    values = (grey + (values - grey) * saturation - 128.0) * contrast + 128.0 + brightness
    values[square.max(axis=2) == 0] = 0  # what is outside the image stays black
    recoloured: ImageBgr = np.clip(values, 0, 255).astype(np.uint8)
    return recoloured
