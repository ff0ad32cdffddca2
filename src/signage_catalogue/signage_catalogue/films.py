"""What the head of a film says: its codec, which browsers play or don't, its size, its length, and its first picture.

Another process reads it, see ``film_reader``, which is started with the first film that is not known yet.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signage_catalogue.containers import MP4, WEBM
from signage_catalogue.files import FileState, file_state
from signage_catalogue.media import MediaError, check_size

_NAMES = {
    **dict.fromkeys(("VP80", "vp08"), "VP8"),
    **dict.fromkeys(("VP90", "vp09"), "VP9"),
    **dict.fromkeys(("AV01", "av01"), "AV1"),
    **dict.fromkeys(("h264", "H264", "avc1", "avc3"), "H.264"),
    **dict.fromkeys(("hevc", "HEVC", "hev1", "hvc1", "H265"), "HEVC"),
    **dict.fromkeys(("FMP4", "mp4v", "MP4V"), "MPEG-4 part 2"),
    "MJPG": "Motion JPEG",
    "theo": "Theora",
}
"""The codecs by the four characters that OpenCV gives them, which differ between its versions."""
_PLAYABLE = {WEBM: ("VP8", "VP9", "AV1", "H.264"), MP4: ("H.264", "VP9", "AV1")}
"""Tried with Chromium; WebM knows no H.264, but browsers record it so."""
_NOT_DECODED = ("AV1",)
"""OpenCV's FFmpeg reads the heads of these only."""
_TITLES = {WEBM: "WebM", MP4: "MP4"}
_MOST_S = 10.0
_READER = Path(__file__).with_name("film_reader.py")
_MOST_KNOWN = 32_768
_known: dict[tuple[Path, FileState], Film | str] = {}  # or why it can't be read


@dataclass(frozen=True)
class Film:
    """What the head of a film says.

    Attributes:
        codec: such as ``VP9``; four characters if it is none that we know by name, empty if there is no video.
        width_px, height_px: of its pictures.
        duration_s: how long it plays; None if the file doesn't tell.
        begins: whether a picture was found in it that could be decoded.
    """

    codec: str
    width_px: int = 0
    height_px: int = 0
    duration_s: float | None = None
    begins: bool = True


class FilmReader:
    """Reads the heads of films; a film that has not changed since is not read again."""

    def __init__(self, most_s: float = _MOST_S) -> None:
        """Start nothing yet; ``most_s`` is how long one film may take, s."""
        self._most_s = most_s
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> FilmReader:
        return self

    def __exit__(self, *_: object) -> None:
        """End the other process."""
        if self._process is not None:
            self._process.kill()
            with self._process:  # waits for it, and closes its pipes
                self._process = None

    def read(self, path: Path) -> Film:
        """Return what the head of a film says.

        Raises:
            MediaError: it can't be read, or the decoder does not survive it.
        """
        state = file_state(path)
        if state is None:
            raise MediaError("expected a readable file, found nothing")
        if (path, state) not in _known:
            answer = self._ask(path)
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[path, state] = answer
        film = _known[path, state]
        if isinstance(film, str):
            raise MediaError(f"expected a film that can be looked into, got {film}")
        return film

    def _ask(self, path: Path) -> Film | str:
        process = self._process = self._process or _start(self._most_s)
        answer = ""
        with contextlib.suppress(BrokenPipeError):  # it died, of the film before
            print(json.dumps(str(path)), file=process.stdin, flush=True)
            answer = process.stdout.readline() if process.stdout else ""
        if answer:
            return _film_of(json.loads(answer))
        status = process.wait()
        self.__exit__()
        if status == -signal.SIGALRM:
            raise MediaError(f"expected a film that can be looked into within {self._most_s:g} s")
        raise MediaError(f"expected a film that can be looked into, but its decoder ended with status {status}")


def check_film(film: Film, media_type: str) -> None:
    """Check that a browser plays a film.

    Raises:
        MediaError: it has no video, or video in a codec that browsers don't play in this kind of file, or too large, or
            damaged from the beginning.
    """
    playable = _PLAYABLE[media_type]
    if film.codec not in playable:
        expected = f"expected {_TITLES[media_type]} with {', '.join(playable[:-1])} or {playable[-1]} video"
        raise MediaError(f"{expected}, got {film.codec or 'no video'}")
    check_size(film.width_px, film.height_px)
    if not film.begins and film.codec not in _NOT_DECODED:
        raise MediaError("expected a whole film, got one that is damaged or cut off before its first picture")


def _start(most_s: float) -> subprocess.Popen[str]:
    """Start the other process: out of reach of Ctrl-C, and with every package that this one finds."""
    paths = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return subprocess.Popen(
        [sys.executable, "-S", str(_READER), str(most_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        start_new_session=True,
    )


def _film_of(answer: dict[str, Any]) -> Film | str:
    if "problem" in answer:
        return str(answer["problem"])
    codec = _NAMES.get(answer["codec"], answer["codec"].strip("\0 "))
    if not codec:
        return Film("unknown video" if "width" in answer else "")
    duration_s = _duration_s(answer["frames"], answer["fps"])
    return Film(codec, answer["width"], answer["height"], duration_s, answer["begins"])


def _duration_s(frames: float, fps: float) -> float | None:
    duration_s = frames / fps if frames > 0 and fps > 0 else math.nan
    return duration_s if math.isfinite(duration_s) else None
