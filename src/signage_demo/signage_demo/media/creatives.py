"""Make the demo creatives: five advertisements and the house loop, as small WebM films.

python -m signage_demo.media.creatives --out DIR
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import cv2
from signage_common.errors import ConfigurationError, SignageError

from signage_demo.media.creatives_film import write_film
from signage_demo.media.creatives_scenes import CREATIVES


def make_creative(name: str, folder: Path) -> Path:
    """Write one demo creative into a folder and return its path."""
    cv2.setNumThreads(1)
    creative = CREATIVES[name]
    path = folder / f"{name}.webm"
    write_film(creative.make_scene(), path, creative.duration_s)
    return path


def make_creatives(names: Sequence[str], folder: Path, jobs: int) -> Iterator[Path]:
    """Write several demo creatives, some at a time; give the path of each as it is done."""
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(make_creative, name, folder) for name in names]):
            yield done.result()


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="creatives", description="Make the demo creatives as small WebM films.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to; is made if missing")
    parser.add_argument(
        "--only", nargs="+", choices=list(CREATIVES), metavar="NAME", help=f"any of {', '.join(CREATIVES)}"
    )
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, len(CREATIVES)), help="films at a time")
    return parser.parse_args(argv)


def run(arguments: argparse.Namespace) -> None:
    """Make the films and say what is done.

    Raises:
        ConfigurationError: the folder can't be made or written.
    """
    folder = arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"--out {folder}: expected a folder that can be written: {error.strerror}") from None
    names = arguments.only or list(CREATIVES)
    print(f"drawing {len(names)} films, about 15 s each", flush=True)
    for count, path in enumerate(make_creatives(names, folder, arguments.jobs), 1):
        print(f"[{count}/{len(names)}] {path.name}  {path.stat().st_size / 1000:.0f} kB", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    try:
        run(parse(argv))
    except SignageError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
