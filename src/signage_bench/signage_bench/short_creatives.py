"""A catalogue of pictures that are over in half a second, so that a screen has much to report."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 160, 90
SHORTEST_S = 0.5
"""The page shows nothing for a shorter time."""
HOUSE = {"house-blue": (150, 60, 20), "house-grey": (90, 90, 90)}
ANSWERS = {"answer-red": (40, 40, 220), "answer-green": (60, 190, 40)}  # BGR
_CATALOGUE = """\
version: 1
timezone: UTC
fallback: [{house}]
creatives:
{creatives}
campaigns:
  women: {{creatives: [{women}], target: {{gender: female}}}}
  everybody: {{creatives: [{everybody}], target: {{gender: any}}}}
"""


def write_short_creatives(folder: Path) -> Path:
    """Write a house playlist of two pictures, one for women and one for everybody; return the catalogue."""
    lines = []
    for name, colour in (HOUSE | ANSWERS).items():
        cv2.imwrite(str(folder / f"{name}.png"), np.full((HEIGHT, WIDTH, 3), colour, np.uint8))
        lines.append(f"  {name}: {{file: {name}.png, duration_s: {SHORTEST_S}}}")
    women, everybody = ANSWERS
    path = folder / "ads.yaml"
    names = {"house": ", ".join(HOUSE), "women": women, "everybody": everybody}
    path.write_text(_CATALOGUE.format(creatives="\n".join(lines), **names))
    return path
