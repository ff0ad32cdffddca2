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


class Code(enum.Enum):
    """What kind of trouble a ``status`` message tells of, for programs; its text is for people."""

    TOO_MANY = "too_many"  # the same again later is right
    UNAVAILABLE = "unavailable"  # what is needed is not there now; the same again later is right
    BAD_MESSAGE = "bad_message"  # it will never be right
    NOT_ALLOWED = "not_allowed"  # the operator does not allow it
    UNKNOWN = "unknown"  # there is no such operation, type or subscription
    INTERNAL = "internal"  # a fault of the bridge


class BridgeError(SignageError):
    """Base of all errors of the bridge."""


class OperationError(BridgeError):
    """An operation of a client is refused, or (level warning) has no effect; the message says why.

    Attributes:
        code: the kind of trouble.
        level: how serious it is.
    """

    def __init__(self, message: str, code: Code = Code.BAD_MESSAGE, level: StatusLevel = StatusLevel.ERROR) -> None:
        super().__init__(message)
        self.code = code
        self.level = level


def shorten(value: object, longest: int = 60) -> str:
    """Return a value as an error message shows it: in Python's notation, cut where it is long."""
    text = repr(value)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
