"""The errors of the bridge, and how serious they are for a client."""

from __future__ import annotations

import enum

from signage_common.errors import SignageError


class StatusLevel(enum.IntEnum):
    """Level of rosbridge's ``status`` messages; one is sent if its level is at most what the client set."""

    NONE = 0
    ERROR = 1
    WARNING = 2
    INFO = 3

    @property
    def word(self) -> str:
        """Return the level as the protocol writes it."""
        return self.name.lower()


class BridgeError(SignageError):
    """Base of all errors of the bridge."""


class OperationError(BridgeError):
    """An operation of a client is refused, or (level warning) has no effect; the message says why."""

    def __init__(self, message: str, level: StatusLevel = StatusLevel.ERROR) -> None:
        super().__init__(message)
        self.level = level


def shorten(value: object, longest: int = 60) -> str:
    """Return a value as an error message shows it: in Python's notation, cut where it is long."""
    text = repr(value)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
