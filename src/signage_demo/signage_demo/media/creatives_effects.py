"""Effects that move through a demo creative: rings of sound, steam."""

from __future__ import annotations

import cv2
import numpy as np

from signage_demo.media.creatives_stage import HEIGHT, WIDTH, Frame, blend


class Ripples:
    """Rings that travel outwards from a point."""

    def __init__(self, x: float, y: float, colour: tuple[int, int, int]) -> None:
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        radius = np.hypot(columns - x, rows - y)
        self._ring = (radius * (256 / 110)).astype(np.int64).astype(np.uint8)
        falloff = np.exp(-((radius / 430) ** 2)) * np.clip((radius - 150) / 120, 0, 1) * 0.75
        self._tint = (falloff[..., None] * np.array([*colour, 255], np.float32)).astype(np.float32)

    def put(self, frame: Frame, phase: float, turns: int) -> None:
        """Lay the rings over a frame."""
        steps = np.arange(256) / 256 - turns * phase
        glow = ((0.5 + 0.5 * np.cos(2 * np.pi * steps)) ** 6).astype(np.float32)
        blend(frame, (cv2.LUT(self._ring, glow)[..., None] * self._tint).astype(np.uint8))


class Steam:
    """Wisps that rise from a cup and fade."""

    def __init__(self, left: int, top: int) -> None:
        self._place = (slice(top, top + 250), slice(left, left + 340))
        self._fade = np.sin(np.linspace(0, 3.14, 250, dtype=np.float32))[:, None] ** 0.8
        self._heights = np.linspace(0, 1, 60)

    def put(self, frame: Frame, phase: float) -> None:
        """Lay the steam over a frame."""
        wisps = np.zeros((250, 340), np.uint8)
        for x, shift in ((95, 0.0), (170, 0.37), (245, 0.71)):
            bend = np.sin(2 * np.pi * (1.2 * self._heights + phase * 2 + shift)) * (10 + 22 * (1 - self._heights))
            points = np.stack([x + bend, 250 * self._heights], axis=1) * 16
            cv2.polylines(wisps, [points.astype(np.int32)], False, (255,), 15, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(wisps, (0, 0), 9).astype(np.float32) * self._fade * 0.55
        blend(frame[self._place], np.repeat(soft[..., None], 4, axis=2).astype(np.uint8))
