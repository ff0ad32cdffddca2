"""What can go wrong between a source and a published image."""

import cv2
from signage_common.errors import SignageError


class CameraError(SignageError):
    """The base of this package's errors."""


class SourceError(CameraError):
    """A source can't be opened, or broke while it was read; it may come back."""


class SourceEndedError(CameraError):
    """A source that does not loop has shown all that it has."""


class BrokenFrameError(CameraError):
    """One frame is damaged; the next may be good."""


LOSSES = (SourceError, OSError, MemoryError, ValueError, cv2.error)
"""What a disk, a network, or a library that reads damaged data may raise: the source is lost, and may come back."""
DAMAGES = (BrokenFrameError, MemoryError, ValueError, cv2.error)
"""What one frame may raise while it is decoded, changed or encoded; the next may be good."""


def reason_of(error: Exception) -> str:
    """Return in one line why a source is lost. The words of libraries are left out: they may hold the address."""
    if isinstance(error, CameraError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"can't be read: {error.strerror}"
    return f"can't be read: {type(error).__name__}"
