"""Draw still pictures with smooth edges: paths, gradients, shadows and text on transparent ground."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.resources import files

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

FloatArray = npt.NDArray[np.float32]
Point = tuple[float, float]
Paint = Callable[[int, int], FloatArray]
"""Gives the colours of an area: (width, height) to RGB in [0, 1], float32 (height, width, 3)."""

SUPERSAMPLING = 4
CURVE_STEPS = 24
_SHIFT = 4
SANS, SANS_BOLD, SERIF, SERIF_ITALIC = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "STIXGeneral.ttf",
    "STIXGeneralItalic.ttf",
)


def rgb(code: str) -> FloatArray:
    """Return a colour such as ``#ff8800`` as three floats in [0, 1]."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def solid(code: str) -> Paint:
    """Paint one colour."""
    return lambda width, height: np.broadcast_to(rgb(code), (height, width, 3)).astype(np.float32)


def _mix(position: FloatArray, codes: Sequence[str]) -> FloatArray:
    stops = np.linspace(0, 1, len(codes))
    channels = [np.interp(position, stops, [rgb(code)[c] for code in codes]) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def linear(start: Point, end: Point, *codes: str) -> Paint:
    """Paint a gradient along the line from ``start`` to ``end``, with evenly spaced colours."""

    def paint(width: int, height: int) -> FloatArray:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        dx, dy = end[0] - start[0], end[1] - start[1]
        return _mix(((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy), codes)

    return paint


def radial(centre: Point, radius: float, *codes: str) -> Paint:
    """Paint a gradient from ``centre`` outwards to ``radius`` pixels, with evenly spaced colours."""

    def paint(width: int, height: int) -> FloatArray:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        return _mix(np.hypot(x - centre[0], y - centre[1]) / radius, codes)

    return paint


def trace(path: str) -> FloatArray:
    """Return the points of a path written as in SVG, with absolute M, L, C and Z only: float32 (n, 2)."""
    points: list[FloatArray] = []
    for command, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        values = np.array([float(n) for n in re.findall(r"-?[\d.]+", numbers)], np.float32).reshape(-1, 2)
        if command == "C":
            for i in range(0, len(values), 3):
                points.extend(_bezier(points[-1], values[i], values[i + 1], values[i + 2]))
        else:
            points.extend(values)
    return np.array(points, np.float32)


def _bezier(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    t = np.linspace(0, 1, CURVE_STEPS + 1, dtype=np.float32)[1:, None]
    curve = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return np.asarray(curve, np.float32)


def oval(cx: float, cy: float, rx: float, ry: float, start: float = 0.0, end: float = 360.0) -> FloatArray:
    """Return points of an ellipse or of an arc of it, angles in degrees clockwise from the right: float32 (n, 2)."""
    angle = np.radians(np.linspace(start, end, 120))
    return np.asarray(np.stack([cx + rx * np.cos(angle), cy + ry * np.sin(angle)], axis=1), np.float32)


def box(x: float, y: float, width: float, height: float, radius: float = 0.0) -> FloatArray:
    """Return points of a rectangle with rounded corners: float32 (n, 2)."""
    r = min(radius, width / 2, height / 2)
    corners = [
        (x + width - r, y + r, -90),
        (x + width - r, y + height - r, 0),
        (x + r, y + height - r, 90),
        (x + r, y + r, 180),
    ]
    return np.concatenate([oval(cx, cy, r, r, a, a + 90) for cx, cy, a in corners])


class Canvas:
    """A transparent picture to draw on; ``rgba`` is premultiplied float32 (height, width, 4) in [0, 1]."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rgba: FloatArray = np.zeros((height, width, 4), np.float32)

    def fill(self, points: FloatArray, paint: Paint, alpha: float = 1.0, blur: float = 0.0) -> Canvas:
        """Fill a closed shape; ``blur`` in pixels softens its edge."""
        mask = self._blank()
        cv2.fillPoly(mask, [self._scaled(points)], (255,), cv2.LINE_AA, _SHIFT)
        return self._lay(mask, paint, alpha, blur)

    def stroke(
        self,
        points: FloatArray,
        width: float,
        paint: Paint,
        alpha: float = 1.0,
        blur: float = 0.0,
        closed: bool = False,
    ) -> Canvas:
        """Draw a line with round ends."""
        mask = self._blank()
        thickness = max(1, round(width * SUPERSAMPLING))
        cv2.polylines(mask, [self._scaled(points)], closed, (255,), thickness, cv2.LINE_AA, _SHIFT)
        return self._lay(mask, paint, alpha, blur)

    def within(self, points: FloatArray, other: Canvas) -> Canvas:
        """Lay another canvas of the same size over this one, only inside a closed shape."""
        mask = self._blank()
        cv2.fillPoly(mask, [self._scaled(points)], (255,), cv2.LINE_AA, _SHIFT)
        top = other.rgba * self._down(mask)[..., None]
        self.rgba = (top + self.rgba * (1 - top[..., 3:])).astype(np.float32)
        return self

    def _blank(self) -> npt.NDArray[np.uint8]:
        return np.zeros((self.height * SUPERSAMPLING, self.width * SUPERSAMPLING), np.uint8)

    def _scaled(self, points: FloatArray) -> npt.NDArray[np.int32]:
        return np.asarray(np.round(points * SUPERSAMPLING * (1 << _SHIFT)), np.int32)

    def _down(self, mask: npt.NDArray[np.uint8]) -> FloatArray:
        small = cv2.resize(mask, (self.width, self.height), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / 255

    def _lay(self, mask: npt.NDArray[np.uint8], paint: Paint, alpha: float, blur: float) -> Canvas:
        coverage = self._down(mask)
        if blur:
            coverage = cv2.GaussianBlur(coverage, (0, 0), blur).astype(np.float32)
        self.rgba = over(self.rgba, coverage * np.float32(alpha), paint(self.width, self.height))
        return self


def over(ground: FloatArray, coverage: FloatArray, colours: FloatArray) -> FloatArray:
    """Lay colours (height, width, 3) with a coverage (height, width) over a premultiplied picture."""
    top = np.concatenate([colours * coverage[..., None], coverage[..., None]], axis=-1)
    return np.asarray(top + ground * (1 - coverage[..., None]), np.float32)


def font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """Return one of the fonts that matplotlib brings along."""
    return ImageFont.truetype(str(files("matplotlib") / "mpl-data" / "fonts" / "ttf" / name), round(size))


def lettering(
    text: str, name: str, size: float, paint: Paint, tracking: float = 0.0, condense: float = 1.0
) -> FloatArray:
    """Return a line of text as a premultiplied picture, trimmed in width, its height 1.4 times ``size``.

    Args:
        text: the line.
        name: the font.
        size: of the font in pixels.
        paint: the colours.
        tracking: added between letters, in ``size``.
        condense: factor on the widths of the letters.
    """
    face = font(name, size * SUPERSAMPLING)
    gap = tracking * size * SUPERSAMPLING
    ends = [face.getlength(text[: i + 1]) + gap * i for i in range(len(text))]
    margin = 0.1 * size * SUPERSAMPLING
    large = Image.new("L", (int(ends[-1] + 2 * margin), int(1.4 * size * SUPERSAMPLING)))
    draw = ImageDraw.Draw(large)
    for letter, end in zip(text, ends, strict=True):
        draw.text((margin + end - face.getlength(letter), 1.1 * size * SUPERSAMPLING), letter, 255, face, anchor="ls")
    width, height = round(large.width / SUPERSAMPLING * condense), round(large.height / SUPERSAMPLING)
    mask = cv2.resize(np.asarray(large), (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return over(np.zeros((height, width, 4), np.float32), mask, paint(width, height))
