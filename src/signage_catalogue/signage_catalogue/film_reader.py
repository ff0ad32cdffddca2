"""The program that looks into films for ``films``: python film_reader.py SECONDS.

It reads a path as JSON from each line of standard input, and answers each on a line of standard output; a film that
takes longer than that ends it. It is a process of its own, because a file that was made to break its decoder may crash
it, hang it, or take all memory, and because OpenCV, whose FFmpeg reads the heads of films here, costs 30 MB that a node
need not carry.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import sys
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1 << 30
_OPTIONS = "protocol_whitelist;file|format_whitelist;matroska,webm,mov,mp4,m4a,3gp,3g2,mj2"


def main() -> None:
    """Answer until standard input ends."""
    most_s = float(sys.argv[1])
    folder = str(Path(__file__).absolute().parent)
    sys.path[:] = [entry for entry in sys.path if entry != folder]  # our modules shadow nobody's
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the decoder prints
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    os.environ.update(OPENCV_FFMPEG_CAPTURE_OPTIONS=_OPTIONS, OPENBLAS_NUM_THREADS="1", OPENCV_FFMPEG_THREADS="1")
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_REAL, most_s)
        print(json.dumps(_answer(json.loads(line))), file=answers, flush=True)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, hard))


def _answer(path: str) -> dict[str, Any]:
    """Return what a film's head says; why it can't be read as ``problem``."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _look(descriptor)
        finally:
            os.close(descriptor)
    except Exception as error:
        return {"problem": f"{type(error).__name__}: {error}"}


def _look(descriptor: int) -> dict[str, Any]:
    import cv2

    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError("not a regular file")
    film = cv2.VideoCapture(f"/proc/self/fd/{descriptor}", cv2.CAP_FFMPEG)
    try:
        if not film.isOpened():
            return {"codec": ""}
        fourcc = int(film.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        return {
            "codec": fourcc.to_bytes(4, "little").decode("latin-1"),
            "width": int(film.get(cv2.CAP_PROP_FRAME_WIDTH)),
            "height": int(film.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            "frames": film.get(cv2.CAP_PROP_FRAME_COUNT),
            "fps": film.get(cv2.CAP_PROP_FPS),
            "begins": film.grab(),
        }
    finally:
        film.release()


if __name__ == "__main__":
    main()
