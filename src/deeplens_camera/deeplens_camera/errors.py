"""What can go wrong between a source and a published image."""

from signage_common.errors import SignageError


class CameraError(SignageError):
    """The base of this package's errors."""


class SourceError(CameraError):
    """A source can't be opened, or broke while it was read; it may come back."""


class SourceEndedError(CameraError):
    """A source that does not loop has shown all that it has."""


class BrokenFrameError(CameraError):
    """One frame is damaged; the next may be good."""
