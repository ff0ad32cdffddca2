"""What the tests of several packages need: the networks, and photos with faces."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from signage_common.home import signage_home

from face_inference.networks.preprocessing import crop

PHOTOS = "npm/face-api/node_modules/@vladmandic/face-api/demo"
SIZE = (1280, 720)


def _required(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"{path} is missing: ./signage setup makes it")
    return path


@pytest.fixture(scope="session")
def models_dir():
    """The converted networks."""
    return _required(signage_home() / "models" / "manifest.json").parent


def fit(image):
    """Scale an image to the camera's size, its border filled with black."""
    height, width = image.shape[:2]
    scale = min(SIZE[0] / width, SIZE[1] / height)
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    canvas = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    return canvas


@pytest.fixture(scope="session")
def photos():
    """Sample photos at the camera's size, by name: uint8 (720, 1280, 3), BGR."""
    folder = _required(signage_home() / PHOTOS)
    return {path.stem: fit(cv2.imread(str(path))) for path in sorted(folder.glob("sample*.jpg"))}


@pytest.fixture(scope="session")
def empty_scene():
    """A picture of nothing: a soft gradient, uint8 (720, 1280, 3)."""
    ramp = np.linspace(60, 120, SIZE[1]).astype(np.uint8)
    return np.repeat(np.repeat(ramp[:, None, None], SIZE[0], axis=1), 3, axis=2)


@pytest.fixture(scope="session")
def portrait(photos, empty_scene):
    """Give the scene with one woman, her face's middle at ``(x, y)`` px, 104 px wide times ``scale``."""
    cut = photos["sample1"][128:492, 130:442]

    def place(x=640, y=360, scale=1.0):
        scaled = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        corner = np.array([[1, 0, x - 156 * scale], [0, 1, y - 135 * scale]], np.float32)
        return cv2.warpAffine(scaled, corner, SIZE, dst=empty_scene.copy(), borderMode=cv2.BORDER_TRANSPARENT)

    return place


def locate(net, image_bgr, xyxy_px):
    """Find the landmarks of several faces: float32 (n, 68, 2), px of the image; NaN where a box covers no pixel."""
    points = np.full((len(xyxy_px), 68, 2), np.nan, np.float32)
    for index, box in enumerate(xyxy_px):
        face = crop(image_bgr, box)
        if face is not None:
            points[index] = net.locate_in_crop(face.image_bgr) + np.array(face.origin_px, np.float32)
    return points
