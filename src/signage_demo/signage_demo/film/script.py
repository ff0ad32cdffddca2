"""What happens in the demo film: who comes in when and stands where, how they walk, and what is true of it all.

The film is a row of scenes of equal length; each begins and ends with an empty lobby, so that each is one presence
episode.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from signage_demo.film.cutouts import CAST

FPS = 30
WIDTH_PX, HEIGHT_PX = 1280, 720
SCENE_S = 6.6
SECONDS = 66
LEAVE_S = 4.5
"""When everybody leaves, counted from the start of the scene."""

WALK_PX_PER_S = 640.0
OUTSIDE_FACES = 1.9
"""How far outside the picture a walk starts and ends, in face heights: half a shoulder's width and more."""
FAR_SCALE = 0.86
"""Size at the picture's edge relative to the place where the person stands: people come nearer as they walk in."""
STEP_S = 0.55
STEP_PX = 5.0
SWAY_S = 4.4
SWAY_PX = 2.5
FACE_ASPECT = 0.75
"""Width of a face divided by its height."""


@dataclass(frozen=True)
class Part:
    """One person in one scene.

    Attributes:
        person: name in the cast.
        side: where the person comes in and goes out.
        x_px: where the face stands.
        face_px: height of the face there.
        enter_s: when the person starts to walk in, from the start of the scene.
    """

    person: str
    side: Literal["left", "right"]
    x_px: int
    face_px: int
    enter_s: float = 0.4


@dataclass(frozen=True)
class Appearance:
    """One part at its time in the film: it starts to walk in at ``enter_s`` and to walk out at ``leave_s``."""

    scene: int
    part: Part
    enter_s: float
    leave_s: float


SCENES: tuple[tuple[Part, ...], ...] = (
    (Part("sample6b", "left", 560, 170),),
    (Part("obama", "right", 700, 190),),
    (Part("sample3a", "left", 400, 160), Part("sample3c", "right", 860, 125, 0.9)),
    (Part("biden", "left", 600, 210),),
    (
        Part("sample6d", "left", 640, 180),
        Part("sample4b", "right", 1000, 135, 0.8),
        Part("sample6a", "left", 290, 135, 1.1),
    ),
    (Part("sample5e", "right", 720, 160),),
    (Part("obama", "left", 430, 180), Part("sample6d", "right", 850, 135, 0.8)),
    (Part("sample3b", "left", 520, 190),),
    (Part("biden", "right", 860, 190), Part("sample6b", "left", 420, 140, 0.9)),
    (
        Part("sample4b", "left", 480, 115, 0.8),
        Part("sample6a", "left", 220, 120, 1.2),
        Part("sample6c", "right", 740, 115, 1.2),
        Part("sample3a", "right", 1040, 150, 0.4),
    ),
)


def appearances(seconds: float) -> Iterator[Appearance]:
    """Yield every appearance of a film of this length, in order of the scenes.

    Only whole scenes are played; they repeat when the film is longer than all of them, and what is left stays empty.
    """
    for scene in range(int(seconds / SCENE_S + 1e-6)):
        start_s = scene * SCENE_S
        for part in SCENES[scene % len(SCENES)]:
            yield Appearance(scene, part, start_s + part.enter_s, start_s + LEAVE_S)


@dataclass(frozen=True)
class Pose:
    """Where somebody is: the face's x in pixels, how much lower than at rest, and the size relative to rest."""

    x_px: float
    drop_px: float
    scale: float


def walk_s(appearance: Appearance) -> float:
    """Return how long the walk between the outside and the place takes."""
    return abs(appearance.part.x_px - _outside_px(appearance)) / WALK_PX_PER_S


def pose_at(appearance: Appearance, time_s: float) -> Pose | None:
    """Return the pose at a time of the film, or None before the person comes and after the person went."""
    duration_s = walk_s(appearance)
    inward = (time_s - appearance.enter_s) / duration_s
    outward = 1.0 - (time_s - appearance.leave_s) / duration_s
    progress = min(inward, outward, 1.0)
    if progress <= 0.0:
        return None
    near = math.sin(progress * math.pi / 2)  # slows down where the person stops
    outside_px = _outside_px(appearance)
    sway_px = SWAY_PX * math.sin(2 * math.pi * (time_s - appearance.enter_s) / SWAY_S) * near
    step_px = STEP_PX * abs(math.sin(math.pi * (time_s - appearance.enter_s) / STEP_S)) * (1.0 - near)
    return Pose(
        x_px=outside_px + (appearance.part.x_px - outside_px) * near + sway_px,
        drop_px=step_px,
        scale=FAR_SCALE + (1.0 - FAR_SCALE) * near,
    )


def _outside_px(appearance: Appearance) -> float:
    margin_px = OUTSIDE_FACES * appearance.part.face_px
    return -margin_px if appearance.part.side == "left" else WIDTH_PX + margin_px


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
