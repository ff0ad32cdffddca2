"""Write a scene as a WebM film."""

from __future__ import annotations

import os
from pathlib import Path

from signage_demo.media.creatives_stage import HEIGHT, WIDTH, Scene
from signage_demo.media.creatives_vp8 import Vp8Encoder
from signage_demo.media.creatives_webm import Packet, pack_webm

FPS = 30
BITS_PER_S = 430_000


def write_film(scene: Scene, path: Path, duration_s: int) -> None:
    """Write a film of VP8 in WebM that loops without a seam; the same scene gives the same bytes.

    The file appears under its name only when it is complete.

    Args:
        scene: draws the frames.
        path: of the film, ends in ``.webm``.
        duration_s: whole seconds.

    Raises:
        SignageError: the film can't be encoded here.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(pack_webm(_encode(scene, duration_s * FPS), WIDTH, HEIGHT, FPS))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _encode(scene: Scene, frames: int) -> list[Packet]:
    packets: list[Packet] = []
    with Vp8Encoder(WIDTH, HEIGHT, FPS, BITS_PER_S, key_interval=frames) as encoder:
        for index in range(frames):
            packets.extend(encoder.encode(scene(index / frames)))
        packets.extend(encoder.finish())
    return packets
