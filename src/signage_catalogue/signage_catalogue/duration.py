"""Read from a film how long it plays."""

from __future__ import annotations

import math
import os
from pathlib import Path

from signage_catalogue.media import MediaError

_QUIET = "-8"  # the decoder's own complaints would stand on stderr beside our line


def read_duration_s(path: Path) -> float:
    """Return the duration of a film, from its number of frames and its frame rate.

    Raises:
        MediaError: the file does not tell, or is broken.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _QUIET)
    import cv2  # slow to load, and needed only where a catalogue leaves a duration out

    film = cv2.VideoCapture(str(path))
    try:
        frames, fps = film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)
        readable = film.isOpened() and film.grab()
    finally:
        film.release()
    if not readable or not frames > 0 or not fps > 0 or not math.isfinite(frames / fps):
        raise MediaError(f"expected this field, because {path} does not tell how long it plays", "duration_s")
    return frames / fps
