"""Arithmetic on boxes: ``xyxy_px``, left, top, right and bottom in pixels, origin top left."""

from __future__ import annotations

import math
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]


def centre(xyxy_px: Box) -> tuple[float, float]:
    """Return the centre of a box, px."""
    left, top, right, bottom = xyxy_px
    return (left + right) / 2, (top + bottom) / 2


def extent(xyxy_px: Box) -> tuple[float, float]:
    """Return width and height of a box, px."""
    left, top, right, bottom = xyxy_px
    return max(right - left, 0.0), max(bottom - top, 0.0)


def shorter_side(xyxy_px: Box) -> float:
    """Return the smaller of width and height, px: the size by which a face is judged large enough."""
    return min(extent(xyxy_px))


def box_around(centre_px: tuple[float, float], extent_px: tuple[float, float]) -> Box:
    """Return the box with this centre, width and height, px."""
    (x, y), (width, height) = centre_px, extent_px
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def shared_part(a: Box, b: Box) -> float:
    """Return how much of the smaller box the other covers, in [0, 1]; 0 for an empty box."""
    width, height = extent((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    smaller = min(math.prod(extent(a)), math.prod(extent(b)))
    return width * height / smaller if smaller > 0 else 0.0


def inside(xyxy_px: Box, size_px: tuple[int, int]) -> Box:
    """Return the part of a box that lies in an image of this width and height."""
    (left, top, right, bottom), (width, height) = xyxy_px, size_px
    return max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
