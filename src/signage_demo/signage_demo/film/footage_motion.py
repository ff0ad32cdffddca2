"""Where the face of a person is at a time of the film: walking in, standing, walking out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from signage_demo.film.footage_script import WIDTH_PX, Appearance

WALK_PX_PER_S = 640.0
OUTSIDE_FACES = 1.9
"""How far outside the picture a walk starts and ends, in face heights: half a shoulder's width and more."""
FAR_SCALE = 0.86
"""Size at the picture's edge relative to the place where the person stands: people come nearer as they walk in."""
STEP_S = 0.55
STEP_PX = 5.0
SWAY_S = 4.4
SWAY_PX = 2.5


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
