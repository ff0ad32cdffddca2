"""Cuts faces out of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from face_inference.networks.detection import ImageBgr

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Crop:
    """A part of an image.

    Attributes:
        image_bgr: uint8 (h, w, 3), a view of the image.
        origin_px: x and y of its top left pixel in the image.
    """

    image_bgr: ImageBgr
    origin_px: tuple[int, int]


def crop(image_bgr: ImageBgr, xyxy_px: Float32, factor: float = 1.0) -> Crop | None:
    """Cut a box (4,), ``factor`` times as wide and high, out of an image; None if it covers no pixel of it."""
    if not np.isfinite(xyxy_px).all():
        return None
    height, width = image_bgr.shape[:2]
    corners = np.clip(scale_box(xyxy_px, factor), 0, [width, height, width, height])
    left, top = corners[:2].astype(int)
    columns, rows = (corners[2:] - corners[:2]).astype(int)
    if columns < 1 or rows < 1:
        return None
    return Crop(image_bgr[top : top + rows, left : left + columns], (int(left), int(top)))


def scale_box(xyxy_px: Float32, factor: float) -> npt.NDArray[np.float64]:
    """Return a box with the same centre, ``factor`` times as wide and high."""
    corners = xyxy_px.astype(np.float64)
    more = (corners[2:] - corners[:2]) * (factor - 1) / 2
    return np.concatenate([corners[:2] - more, corners[2:] + more])
