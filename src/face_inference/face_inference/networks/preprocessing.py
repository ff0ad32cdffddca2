"""From an image to a network's input: cut out, scaled, padded with black, split into RGB planes of floats."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from face_inference.images import Float32, ImageBgr

FACE_MEAN_RGB = (122.782, 117.001, 104.298)  # what the networks that look at one face subtract


def scale_table(mean_rgb: tuple[float, float, float], divisor: float) -> Float32:
    """Return (pixel - mean) / divisor for each pixel value: float32 (3, 256), RGB."""
    values = np.arange(256)[None, :] - np.array(mean_rgb)[:, None]
    table: Float32 = (values / divisor).astype(np.float32)
    return table


@dataclass(frozen=True)
class Placement:
    """Where an image lies in a network's input.

    Attributes:
        scale: pixels of the input per pixel of the image, along x and y.
        offset_px: left and top edge in the input.
    """

    scale: tuple[float, float]
    offset_px: tuple[float, float]

    def to_image(self, xy_px: Float32) -> Float32:
        """Return which points of the image lie at points of the input: float32 (..., 2 or 4), x and y in turn."""
        turns = xy_px.shape[-1] // 2
        offset, scale = (np.tile(np.array(pair, np.float32), turns) for pair in (self.offset_px, self.scale))
        moved: Float32 = (xy_px - offset) / scale
        return moved


def place(size_px: tuple[int, int], rows: int, columns: int) -> tuple[int, int]:
    """Return height and width at which an image of (height, width) just fits into rows x columns."""
    scale = min(rows / size_px[0], columns / size_px[1])
    return min(max(round(size_px[0] * scale), 1), rows), min(max(round(size_px[1] * scale), 1), columns)


class InputBuffer:
    """The input of a network for one image, kept from image to image."""

    def __init__(self, rows: int, columns: int, table: Float32, centred: bool = False, stretched: bool = False) -> None:
        """Make a buffer.

        Args:
            rows: height of the input.
            columns: width of the input.
            table: float32 (3, 256), what becomes of each pixel value, RGB.
            centred: whether an image of another shape lies in the middle, else top left.
            stretched: whether an image of another shape is stretched instead, so that it fills the input.
        """
        self.planes: Float32 = np.empty((1, 3, rows, columns), np.float32)
        self._table = table
        self._centred = centred
        self._stretched = stretched
        self._canvas: ImageBgr = np.zeros((rows, columns, 3), np.uint8)
        self._window: tuple[slice, slice] = (slice(0, rows), slice(0, columns))
        self._bgr = [np.empty((rows, columns), np.uint8) for _ in range(3)]

    def fill(self, image_bgr: ImageBgr) -> Placement:
        """Put an image into the buffer, scaled to fit; return where it lies there."""
        rows, columns = self._canvas.shape[:2]
        image_height, image_width = image_bgr.shape[:2]
        fitting = place((image_height, image_width), rows, columns)
        height, width = (rows, columns) if self._stretched else fitting
        top, left = ((rows - height) // 2, (columns - width) // 2) if self._centred else (0, 0)
        self._draw(image_bgr, (slice(top, top + height), slice(left, left + width)))
        self._split()
        return Placement((width / image_width, height / image_height), (left, top))

    def _draw(self, image_bgr: ImageBgr, window: tuple[slice, slice]) -> None:
        """Scale an image into a window of the canvas; outside, the canvas is black."""
        if window != self._window:
            self._canvas[:] = 0
            self._window = window
        target = self._canvas[window]
        cv2.resize(image_bgr, (target.shape[1], target.shape[0]), dst=target, interpolation=cv2.INTER_LINEAR)

    def _split(self) -> None:
        """Look every pixel up in the table, plane by plane; swaps BGR to RGB."""
        cv2.split(self._canvas, self._bgr)
        for plane, row, out in zip(reversed(self._bgr), self._table, self.planes[0], strict=True):
            cv2.LUT(plane, row, dst=out)


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
