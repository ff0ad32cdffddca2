"""What every source of frames does."""

from __future__ import annotations

from abc import ABC, abstractmethod

from deeplens_camera.frame import Frame, Size
from deeplens_camera.params import CameraParams

DEFAULT_SIZE = (1280, 720)
"""Width and height in pixels, where the source has none of its own and none is asked for."""
DEFAULT_FPS = 30.0


class Source(ABC):
    """An open source. It stands before its first frame; ``advance`` leads to each next one."""

    @property
    def rate_hz(self) -> float | None:
        """Return the rate at which ``advance`` must be called; None if the source keeps its own time."""
        return None

    @abstractmethod
    def advance(self) -> None:
        """Go to the next frame, as cheaply as possible; wait for it if the source keeps its own time.

        Raises:
            SourceEndedError: there is no next frame.
            SourceError: the source broke.
        """

    @abstractmethod
    def frame(self) -> Frame:
        """Return the frame that ``advance`` led to.

        Raises:
            BrokenFrameError: it is damaged.
        """

    def configure(self, params: CameraParams) -> None:  # noqa: B027 - most sources have nothing that can be changed
        """Go on with other parameters, as far as that is possible without being opened again."""

    def notices(self) -> list[str]:
        """Return what people should be told once, such as a photo that can't be read, and forget it."""
        return []

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Give back what the source holds."""


def asked_size(params: CameraParams) -> Size:
    """Return the size that a source without one of its own is asked for, as it is before it is turned upright."""
    asked = (params.height, params.width) if params.is_sideways else (params.width, params.height)
    return asked[0] or DEFAULT_SIZE[0], asked[1] or DEFAULT_SIZE[1]
