"""Photos shown one after another, an empty scene after each."""

from __future__ import annotations

import glob
from pathlib import Path

from signage_common.files import read_file

from deeplens_camera.errors import BrokenFrameError, SourceEndedError, SourceError
from deeplens_camera.frame import Frame, empty_scene, fit
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import PHOTO_SUFFIXES, printable
from deeplens_camera.sources.source import DEFAULT_FPS, Source, asked_size

MAX_BYTES = 64 << 20
"""A longer file is no photo."""


def list_photos(place: str) -> list[Path]:
    """Return the photos of a folder or glob, or the one photo, sorted by name.

    Raises:
        OSError: the folder can't be read.
    """
    path = Path(place)
    if path.is_dir():
        found = [one for one in path.iterdir() if one.suffix.lower() in PHOTO_SUFFIXES]
    elif path.is_file():
        found = [path]
    else:
        found = [Path(one) for one in glob.glob(place, recursive=True)]  # noqa: PTH207 - an absolute pattern
    return sorted((one for one in found if one.is_file() and not one.name.startswith(".")), key=lambda one: one.name)


class PhotoSource(Source):
    """A slide show. The folder is listed again at each round, so that photos can be added and taken away."""

    def __init__(self, place: str, params: CameraParams) -> None:
        """List the photos.

        Raises:
            SourceError: there is none.
            OSError: the folder can't be read.
        """
        self._place = place
        self.configure(params)
        self._notices: list[str] = []
        self._unreadable: set[Path] = set()
        self._left = self._list_photos()
        self._shown_photos = 0
        self._index = 0
        self._photo: Frame | None = None

    def configure(self, params: CameraParams) -> None:
        """Go on with other times, and from the next photo on with another size."""
        self._loop = params.loop
        self._rate_hz = params.fps or DEFAULT_FPS
        self._size = asked_size(params)
        self._photo_frames = max(round(params.photo_s * self._rate_hz), 1)
        self._slide_frames = self._photo_frames + round(params.gap_s * self._rate_hz)
        self._gap = Frame(empty_scene(self._size))

    @property
    def rate_hz(self) -> float:
        """Return the rate."""
        return self._rate_hz

    def advance(self) -> None:
        """Go to the next frame; after the last gap to the first photo if it loops.

        Raises:
            SourceEndedError: the last gap is over.
            SourceError: no photo is left that can be read.
            OSError: the folder can't be read any more.
        """
        self._index += 1
        if self._photo is None or self._index >= self._slide_frames:
            self._index = 0
            self._photo = self._next_photo()

    def frame(self) -> Frame:
        """Return the photo, or the empty scene after it: the same object each time."""
        return self._gap if self._photo is None or self._index >= self._photo_frames else self._photo

    def notices(self) -> list[str]:
        """Return the photos that can't be read, each once."""
        notices, self._notices = self._notices, []
        return notices

    def close(self) -> None:
        """Forget the photos."""
        self._left.clear()
        self._photo = None

    def _list_photos(self) -> list[Path]:
        photos = list_photos(self._place)
        if not photos:
            raise SourceError(f"no photo there; expected {', '.join(PHOTO_SUFFIXES)}")
        return photos

    def _next_photo(self) -> Frame:
        """Return the next photo that can be read, of the next round if need be."""
        photo = self._next_of_round()
        if photo is None and self._shown_photos:
            if not self._loop:
                raise SourceEndedError("all photos have been shown")
            self._left, self._shown_photos = self._list_photos(), 0
            self._unreadable.intersection_update(self._left)
            photo = self._next_of_round()
        if photo is None:
            raise SourceError("none of the photos can be read")
        self._shown_photos += 1
        return photo

    def _next_of_round(self) -> Frame | None:
        while self._left:
            photo = self._load(self._left.pop(0))
            if photo is not None:
                return photo
        return None

    def _load(self, path: Path) -> Frame | None:
        try:
            frame = Frame(fit(Frame.from_picture(read_file(path, MAX_BYTES)).image_bgr, self._size))
        except (OSError, BrokenFrameError) as error:
            if path not in self._unreadable:
                self._unreadable.add(path)
                why = error.strerror if isinstance(error, OSError) else error
                self._notices.append(f"{printable(str(path))}: not shown, it can't be read as a photo: {why}")
            return None
        self._unreadable.discard(path)
        return frame
