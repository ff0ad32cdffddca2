"""Put moving parts together to a frame: backgrounds that flow, sprites that glide, lines of text that change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from signage_demo.media.creatives_paint import FloatArray, Point, rgb

WIDTH, HEIGHT = 1280, 720
Frame = npt.NDArray[np.uint8]
"""One picture: BGR uint8 (720, 1280, 3)."""
Scene = Callable[[float], Frame]
"""Draws the frame at a phase in [0, 1) of the loop; phase 1 is phase 0 again."""

_MESH = (160, 90)
_CHANGE = 0.05
_TRAVEL_PX = 36.0


def ease(x: float) -> float:
    """Return a smooth step: 0 below 0, 1 above 1, flat at both ends."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (x * (6 * x - 15) + 10)


def swing(phase: float, turns: int = 1, shift: float = 0.0) -> float:
    """Return a sine of the phase in [-1, 1]; with whole turns it loops without a seam."""
    return math.sin(2 * math.pi * (turns * phase + shift))


@dataclass(frozen=True)
class Blob:
    """One soft spot of light of a background: it circles around its place once a loop."""

    colour: str
    x: float
    y: float
    radius: float
    sway: float = 0.1
    shift: float = 0.0


class Backdrop:
    """A ground colour with soft spots of light that wander; fine static grain hides the steps of 8-bit colour."""

    def __init__(self, ground: str, blobs: Sequence[Blob]) -> None:
        self._ground = rgb(ground)[::-1]
        self._blobs = blobs
        self._y, self._x = np.mgrid[0 : _MESH[1], 0 : _MESH[0]].astype(np.float32) / np.float32(_MESH[1])
        self._grain = np.random.default_rng(7).uniform(-1.2, 1.2, (HEIGHT, WIDTH, 1)).astype(np.float32)

    def __call__(self, phase: float) -> Frame:
        """Return the background at a phase of the loop."""
        mesh = np.broadcast_to(self._ground, (_MESH[1], _MESH[0], 3)).astype(np.float32)
        for blob in self._blobs:
            x = blob.x + blob.sway * swing(phase, 1, blob.shift)
            y = blob.y + blob.sway * swing(phase, 1, blob.shift + 0.25)
            distance = ((self._x - x) ** 2 + (self._y - y) ** 2) / blob.radius**2
            weight = np.exp(-2 * distance)[..., None]
            mesh = mesh * (1 - weight) + rgb(blob.colour)[::-1] * weight
        large = cv2.resize(mesh * 255, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        return np.clip(large + self._grain, 0, 255).astype(np.uint8)


class Sprite:
    """A drawn part that can be laid over a frame at any place, size and angle."""

    def __init__(self, rgba: FloatArray) -> None:
        """Take a premultiplied picture, float32 (height, width, 4)."""
        self._bgra = np.ascontiguousarray((np.clip(rgba, 0, 1) * 255).round().astype(np.uint8)[..., [2, 1, 0, 3]])
        self.height, self.width = rgba.shape[:2]

    def put(self, frame: Frame, centre: Point, scale: float = 1.0, degrees: float = 0.0, alpha: float = 1.0) -> None:
        """Lay the sprite over a frame, with its middle at ``centre``, turned clockwise."""
        if alpha <= 0.004:
            return
        matrix = cv2.getRotationMatrix2D(((self.width - 1) / 2, (self.height - 1) / 2), -degrees, scale)
        reach = math.hypot(self.width, self.height) * scale / 2 if degrees else 0.0
        half = (max(reach, self.width * scale / 2), max(reach, self.height * scale / 2))
        left, top = max(0, math.floor(centre[0] - half[0])), max(0, math.floor(centre[1] - half[1]))
        right, bottom = min(WIDTH, math.ceil(centre[0] + half[0])), min(HEIGHT, math.ceil(centre[1] + half[1]))
        if right <= left or bottom <= top:
            return
        matrix[0, 2] += centre[0] - left - (self.width - 1) / 2
        matrix[1, 2] += centre[1] - top - (self.height - 1) / 2
        part = cv2.warpAffine(self._bgra, matrix, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
        blend(frame[top:bottom, left:right], np.asarray(part, np.uint8), alpha)


def blend(ground: Frame, part: npt.NDArray[np.uint8], alpha: float = 1.0) -> None:
    """Lay a premultiplied BGRA picture over a frame of the same size, in place."""
    weight = (part * np.float32(alpha)).astype(np.float32)
    ground[:] = (weight[..., :3] + ground * (1 - weight[..., 3:] / 255) + 0.5).astype(np.uint8)


def alternate(frame: Frame, phase: float, lines: Sequence[Sprite], left: float, y: float, lag: float = 0.0) -> None:
    """Show lines of text in turn at the same place; each slides in from below and out upwards.

    Args:
        frame: is drawn on.
        phase: of the loop; the first line stands still around phase 0.
        lines: the texts.
        left: of the text, in pixels.
        y: of the middle of the text, in pixels.
        lag: how much later than the loop's beat it changes, in phases.
    """
    share = 0.5 / len(lines)
    for index, line in enumerate(lines):
        distance = (phase - lag - index / len(lines) + 0.5) % 1.0 - 0.5
        shown = 1 - ease((abs(distance) - share + _CHANGE) / _CHANGE)
        travel = math.copysign(1 - shown, -distance) * _TRAVEL_PX
        line.put(frame, (left + line.width / 2, y + travel), alpha=shown)
