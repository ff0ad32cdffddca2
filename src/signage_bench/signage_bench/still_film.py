"""A film of a still, empty scene, as a camera would see it: nothing moves but the noise."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS, FRAMES = 1280, 720, 30, 60
NOISE = 3.0  # grey levels, standard deviation
SEED = 5


def write(path: Path) -> None:
    """Write two seconds of it as Motion JPEG; a camera plays them again and again."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    room, chance = empty_room().astype(np.float32), np.random.default_rng(SEED)
    for _ in range(FRAMES):
        noise = chance.standard_normal((HEIGHT, WIDTH, 1), np.float32) * NOISE
        writer.write(np.clip(room + noise, 0, 255).astype(np.uint8))
    writer.release()


def empty_room() -> NDArray[np.uint8]:
    """Return a wall, a floor, a door and a picture: uint8 (720, 1280, 3), BGR."""
    light = np.linspace(150, 110, WIDTH).astype(np.uint8)
    room = np.repeat(np.repeat(light[None, :, None], HEIGHT, axis=0), 3, axis=2)
    room[520:] = (70, 85, 95)
    cv2.rectangle(room, (820, 160), (1010, 520), (60, 80, 110), cv2.FILLED)
    cv2.rectangle(room, (240, 150), (520, 320), (140, 120, 90), cv2.FILLED)
    cv2.rectangle(room, (240, 150), (520, 320), (40, 40, 40), 8)
    return cv2.GaussianBlur(room, (0, 0), 1.5).astype(np.uint8, copy=False)
