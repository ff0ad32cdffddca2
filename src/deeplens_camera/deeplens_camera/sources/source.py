"""What every source of pictures does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from deeplens_camera.picture import Picture


@dataclass(frozen=True)
class SourceOptions:
    """How a source is to be opened.

    Attributes:
        fps: frames a second that are asked for; 0: the source's own.
        width_px: width that is asked for; 0: the source's own.
        height_px: height that is asked for; 0: the source's own.
        loop: whether a file or slide show begins again at its end.
        photo_s: how long a photo of a slide show is shown.
        gap_s: how long nothing is shown after a photo.
    """

    fps: float = 0.0
    width_px: int = 0
    height_px: int = 0
    loop: bool = True
    photo_s: float = 4.0
    gap_s: float = 2.0


class Source(Protocol):
    """An open source. It stands before its first frame; ``advance`` leads to each next one."""

    @property
    def rate_hz(self) -> float | None:
        """Return the rate at which ``advance`` must be called; None if the source keeps its own time."""

    def advance(self) -> None:
        """Go to the next frame, as cheaply as possible; wait for it if the source keeps its own time.

        Raises:
            SourceEndedError: there is no next frame.
            SourceError: the source broke.
        """

    def picture(self) -> Picture:
        """Return the picture of the frame that ``advance`` led to.

        Raises:
            BrokenPictureError: the frame is damaged.
        """

    def notices(self) -> list[str]:
        """Return what people should be told once, such as a photo that can't be read, and forget it."""

    def close(self) -> None:
        """Give back what the source holds."""
