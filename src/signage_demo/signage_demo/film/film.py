"""Make the demo film: people from real photos come into a lobby, stay, and leave.

python -m signage_demo.film.film --photos DIR --portraits DIR --out FILE
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
from signage_common.errors import ConfigurationError, SignageError, exit_status_of
from signage_common.files import written_whole
from signage_common.progress import ProgressLine

from signage_demo.film.cutouts import cut_out_all
from signage_demo.film.render import Stage
from signage_demo.film.script import (
    FPS,
    HEIGHT_PX,
    SCENE_S,
    SECONDS,
    WIDTH_PX,
    Appearance,
    appearances,
    describe_film,
)

SUFFIX = ".mp4"
FRAMES_AHEAD = 60
"""How many frames may be drawn before the encoder has taken them, 2.8 MB each."""
# OpenCV's writer takes no bit rate. MPEG-4 Part 2 at its best takes a tenth of VP8's time and half of its bytes.
_CODEC = cv2.VideoWriter.fourcc(*"mp4v")
_SHOWN_EVERY_S = 1.0
_DOC = str(__doc__).splitlines()[0]


def truth_path(film: Path) -> Path:
    """Return where the truth about a film lies: beside it."""
    return film.with_name(film.name + ".json")


def make_film(
    photos: Path, portraits: Path, out: Path, seconds: int, show: Callable[[str], None] = lambda text: None
) -> None:
    """Write the film and, beside it, what is true of it (``FILE.json``).

    The same photos give the same bytes. Each file appears under its name only when it is complete.

    Args:
        photos: folder with the sample photos.
        portraits: folder with the portraits.
        out: the film.
        seconds: its length.
        show: is told how far it is.

    Raises:
        ConfigurationError: a photo is missing or broken.
        SignageError: the film can't be written.
    """
    plan = list(appearances(seconds))
    keys = sorted({(one.part.person, one.part.face_px) for one in plan})
    stage = Stage(cut_out_all(keys, (photos, portraits), show))
    out.parent.mkdir(parents=True, exist_ok=True)
    _write_film(out, stage, plan, seconds, show)
    with written_whole(truth_path(out)) as partial:
        partial.write_text(json.dumps(describe_film(plan, seconds), indent=1) + "\n")


def _write_film(out: Path, stage: Stage, plan: Sequence[Appearance], seconds: int, show: Callable[[str], None]) -> None:
    """Encode the film, its frames being drawn beside it.

    Raises:
        SignageError: OpenCV can't write it.
    """
    frames = seconds * FPS
    with written_whole(out) as partial, ThreadPoolExecutor(os.cpu_count()) as pool:
        writer = cv2.VideoWriter(str(partial), cv2.CAP_FFMPEG, _CODEC, FPS, (WIDTH_PX, HEIGHT_PX))
        if not writer.isOpened():
            raise SignageError(f"{out}: OpenCV's FFmpeg can't write MPEG-4 there")
        try:
            drawn = deque(pool.submit(stage.draw, plan, index / FPS) for index in range(min(FRAMES_AHEAD, frames)))
            for index in range(frames):
                writer.write(drawn.popleft().result())
                if index + FRAMES_AHEAD < frames:
                    drawn.append(pool.submit(stage.draw, plan, (index + FRAMES_AHEAD) / FPS))
                show(f"frames: {index + 1} of {frames}")
        finally:
            writer.release()


def main(argv: Sequence[str] | None = None) -> int:
    """Make the film; return the exit status."""
    options = _parser().parse_args(argv)
    return exit_status_of(lambda: _run(options), "stopped before the end: nothing was written")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="film", description=_DOC)
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR", help="holds sample3.jpg to sample6.jpg")
    parser.add_argument("--portraits", type=Path, required=True, metavar="DIR", help="holds obama.jpg and biden.jpg")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=f"the film to write, ends in {SUFFIX}")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"length of the film, default {SECONDS}")
    return parser


def _run(options: argparse.Namespace) -> None:
    """Make the film.

    Raises:
        ConfigurationError: the film is too short for one scene, or its name does not end in .mp4.
    """
    if options.seconds < SCENE_S:
        raise ConfigurationError(f"--seconds {options.seconds}: expected at least {SCENE_S}, the length of a scene")
    if options.out.suffix != SUFFIX:
        raise ConfigurationError(f"--out {options.out}: expected a name that ends in {SUFFIX}")
    cv2.setNumThreads(1)  # frames are drawn side by side; threads within one would only stand in each other's way
    line = ProgressLine(sys.stdout, interval_s=_SHOWN_EVERY_S)
    make_film(options.photos, options.portraits, options.out, options.seconds, line.show)
    line.keep(f"frames: {options.seconds * FPS} of {options.seconds * FPS}")


if __name__ == "__main__":
    sys.exit(main())
