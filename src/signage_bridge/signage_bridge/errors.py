"""The errors of the bridge."""

from __future__ import annotations

import enum

from signage_common.errors import SignageError


class Level(enum.IntEnum):
    """How much a client wants to hear; a status is sent if its level is at most the client's."""

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

    def __init__(self, message: str, level: Level = Level.ERROR) -> None:
        super().__init__(message)
        self.level = level
