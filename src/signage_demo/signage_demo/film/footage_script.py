"""What happens in the demo film: who comes in when, from which side, and where they stand.

The film is a row of scenes of equal length; each begins and ends with an empty lobby, so that each is one presence
episode.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FPS = 30
WIDTH_PX, HEIGHT_PX = 1280, 720
SCENE_S = 6.6
SECONDS = 66
LEAVE_S = 4.5
"""When everybody leaves, counted from the start of the scene."""


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
