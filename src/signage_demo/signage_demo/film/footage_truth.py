"""What is true of the demo film: who is to be seen when. Tests and the bench compare with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signage_demo.film.footage_cast import CAST
from signage_demo.film.footage_motion import pose_at
from signage_demo.film.footage_script import FPS, HEIGHT_PX, WIDTH_PX, Appearance

FACE_ASPECT = 0.75
"""Width of a face divided by its height."""


def describe_film(appearances: Sequence[Appearance], seconds: int) -> dict[str, Any]:
    """Return the truth as it is written beside the film.

    ``appearances``: for each person and scene the times of the first and last frame with any of the face, and with all
    of it. ``episodes``: for each scene the times of the first and last face, who, and how many.
    """
    seen = [_describe(appearance, seconds) for appearance in appearances]
    scenes = sorted({one["scene"] for one in seen})
    return {
        "fps": FPS,
        "width": WIDTH_PX,
        "height": HEIGHT_PX,
        "seconds": seconds,
        "episodes": [_episode([one for one in seen if one["scene"] == scene]) for scene in scenes],
        "appearances": seen,
    }


def _describe(appearance: Appearance, seconds: int) -> dict[str, Any]:
    person = CAST[appearance.part.person]
    any_s, whole_s = [], []
    for index in range(seconds * FPS):
        pose = pose_at(appearance, index / FPS)
        if pose is None:
            continue
        half_px = appearance.part.face_px * pose.scale * FACE_ASPECT / 2
        if -half_px < pose.x_px < WIDTH_PX + half_px:
            any_s.append(index / FPS)
        if half_px <= pose.x_px <= WIDTH_PX - half_px:
            whole_s.append(index / FPS)
    return {
        "scene": appearance.scene,
        "person": person.name,
        "photo": person.photo,
        "gender": person.gender,
        "x_px": appearance.part.x_px,
        "face_px": appearance.part.face_px,
        "first_s": round(any_s[0], 3),
        "whole_from_s": round(whole_s[0], 3),
        "whole_to_s": round(whole_s[-1], 3),
        "last_s": round(any_s[-1], 3),
    }


def _episode(people: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "scene": people[0]["scene"],
        "first_s": min(one["first_s"] for one in people),
        "last_s": max(one["last_s"] for one in people),
        "all_from_s": max(one["whole_from_s"] for one in people),
        "all_to_s": min(one["whole_to_s"] for one in people),
        "watchers": len(people),
        "people": [one["person"] for one in people],
    }
