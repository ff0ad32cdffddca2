"""Make the demo film: people from real photos come into a lobby, stay, and leave.

python -m signage_demo.film.footage --photos DIR --portraits DIR --out FILE
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from signage_common.errors import ConfigurationError, SignageError

from signage_demo.film.footage_cast import CAST
from signage_demo.film.footage_cutout import Cutout, cut_out
from signage_demo.film.footage_render import Stage
from signage_demo.film.footage_script import FPS, HEIGHT_PX, SCENE_S, SECONDS, WIDTH_PX, Appearance, appearances
from signage_demo.film.footage_truth import describe_film

FRAMES_AHEAD = 60
"""How many frames may be drawn before the encoder has taken them, 2.8 MB each."""

_VP8 = cv2.VideoWriter.fourcc(*"VP80")

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


def truth_path(film: Path) -> Path:
    """Return where the truth about a film lies: beside it."""
    return film.with_name(film.name + ".json")


def make_film(photos: Path, portraits: Path, out: Path, seconds: int, progress: Progress = lambda *_: None) -> None:
    """Write the film and, beside it, what is true of it (``FILE.json``).

    The same photos give the same film. Each file appears under its name only when it is complete.

    Raises:
        ConfigurationError: a photo is missing or broken.
        SignageError: the film can't be written.
    """
    plan = list(appearances(seconds))
    stage = Stage(_cut_out_all(plan, (photos, portraits), progress))
    out.parent.mkdir(parents=True, exist_ok=True)
    _write_film(out, stage, plan, seconds, progress)
    with _whole(truth_path(out)) as partial:
        partial.write_text(json.dumps(describe_film(plan, seconds), indent=1) + "\n")


def _write_film(out: Path, stage: Stage, plan: Sequence[Appearance], seconds: int, progress: Progress) -> None:
    """Encode the film as VP8, frames being drawn beside it.

    Raises:
        SignageError: OpenCV can't write it.
    """
    frames = seconds * FPS
    with _whole(out) as partial, ThreadPoolExecutor(os.cpu_count()) as pool:
        writer = cv2.VideoWriter(str(partial), cv2.CAP_FFMPEG, _VP8, FPS, (WIDTH_PX, HEIGHT_PX))
        if not writer.isOpened():
            raise SignageError(f"{out}: OpenCV's FFmpeg can't write VP8 there")
        try:
            drawn = deque(pool.submit(stage.draw, plan, index / FPS) for index in range(min(FRAMES_AHEAD, frames)))
            for index in range(frames):
                writer.write(drawn.popleft().result())
                if index + FRAMES_AHEAD < frames:
                    drawn.append(pool.submit(stage.draw, plan, (index + FRAMES_AHEAD) / FPS))
                progress("frames", index + 1, frames)
        finally:
            writer.release()


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, of the same suffix; the file appears under its name only when it is complete."""
    partial = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _cut_out_all(
    plan: Sequence[Appearance], folders: Sequence[Path], progress: Progress
) -> dict[tuple[str, int], Cutout]:
    keys = sorted({(one.part.person, one.part.face_px) for one in plan})
    pictures = {name: read_photo(name, folders) for name in sorted({CAST[person].photo for person, _ in keys})}

    def cut(key: tuple[str, int]) -> Cutout:
        person = CAST[key[0]]
        return cut_out(pictures[person.photo], person, key[1])

    cutouts = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for key, cutout in zip(keys, pool.map(cut, keys), strict=True):
            cutouts[key] = cutout
            progress("people", len(cutouts), len(keys))
    return cutouts


def read_photo(name: str, folders: Sequence[Path]) -> NDArray[np.uint8]:
    """Read a photo from the first folder that has it: uint8 (h, w, 3), BGR.

    Raises:
        ConfigurationError: no folder has it, or it is no picture.
    """
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        raise ConfigurationError(f"{name}: expected in {' or '.join(map(str, folders))}, but it is not there")
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ConfigurationError(f"{path}: expected a photo, but it can't be read")
    return np.asarray(picture, np.uint8)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="footage", description="Make the demo film from real photos.")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR", help="holds sample3.jpg to sample6.jpg")
    parser.add_argument("--portraits", type=Path, required=True, metavar="DIR", help="holds obama.jpg and biden.jpg")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the film to write, ends in .webm")
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"length of the film, default {SECONDS}")
    return parser.parse_args(argv)


def check(arguments: argparse.Namespace) -> None:
    """Check what the arguments say.

    Raises:
        ConfigurationError: the film is too short for one scene, or its name does not end in .webm.
    """
    if arguments.seconds < SCENE_S:
        raise ConfigurationError(f"--seconds {arguments.seconds}: expected at least {SCENE_S}, the length of a scene")
    if arguments.out.suffix != ".webm":
        raise ConfigurationError(f"--out {arguments.out}: expected a name that ends in .webm")


def show_progress(what: str, done: int, total: int) -> None:
    """Print the progress on one line of a terminal, or every tenth of it elsewhere."""
    if sys.stdout.isatty():
        print(f"\r{what}: {done} of {total}", end="\n" if done == total else "", flush=True)
    elif done * 10 // total > (done - 1) * 10 // total:
        print(f"{what}: {done} of {total}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the film; return the exit status."""
    arguments = parse(argv)
    try:
        check(arguments)
        make_film(arguments.photos, arguments.portraits, arguments.out, arguments.seconds, show_progress)
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"error: {error.filename or arguments.out}: {error.strerror}", file=sys.stderr)
        return SignageError.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
