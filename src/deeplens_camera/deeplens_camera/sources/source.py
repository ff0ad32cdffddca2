"""What every source of frames does."""

from __future__ import annotations

from abc import ABC, abstractmethod

from deeplens_camera.frame import Frame

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

    def notices(self) -> list[str]:
        """Return what people should be told once, such as a photo that can't be read, and forget it."""
        return []

    def close(self) -> None:  # noqa: B027 - most sources hold nothing
        """Give back what the source holds."""
