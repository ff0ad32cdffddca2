"""Standard output and error that never stop the work: in any encoding, closed, on a full disk, on a terminal gone."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from signage_common.entry import open_standard_streams

_ANY_TEXT = "signage-any-text"
_BYTES_AS_LETTERS = range(0xDC80, 0xDD00)
"""What Python makes of bytes that are no text, in arguments, file names and the environment (PEP 383)."""


class Outlet(io.RawIOBase):
    """Writes to a file descriptor; what can't be written is lost, and the next is tried again.

    Attributes:
        error: why something was lost last; None while nothing was.
    """

    def __init__(self, descriptor: int) -> None:
        """Write to a descriptor that somebody else closes."""
        self._descriptor = descriptor
        self.error: OSError | None = None

    def write(self, data: object) -> int:
        """Write some of the bytes; return how many are done with."""
        view = memoryview(data)  # type: ignore[arg-type]  # its callers give bytes of one kind or another
        while True:
            try:
                return os.write(self._descriptor, view)
            except BlockingIOError:  # another program has made the terminal that we share a non-blocking one
                select.select([], [self._descriptor], [])
            except OSError as error:
                self.error = error
                return len(view)

    def writable(self) -> bool:
        """Return that it is for writing."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return os.isatty(self._descriptor)


@contextmanager
def unfailing() -> Iterator[Outlet | None]:
    """Have standard output and error never fail within the block; give the outlet of standard output.

    Letters that the encoding lacks are escaped, and bytes that were no text are written as they came. A stream that is
    no file stays as it is, and one that is closed leads nowhere.
    """
    codecs.register_error(_ANY_TEXT, _encode_the_rest)
    open_standard_streams()
    before = sys.stdout, sys.stderr
    outlet = _replace("stdout")
    _replace("stderr")
    try:
        yield outlet
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):  # there is none, or it has been closed
                stream.flush()
        sys.stdout, sys.stderr = before


def _replace(name: str) -> Outlet | None:
    stream: TextIO | None = getattr(sys, name)
    try:
        stream.flush()  # type: ignore[union-attr]  # there is none where the descriptor was closed at the start
        outlet = Outlet(stream.fileno())  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return None
    setattr(sys, name, _text_stream(outlet, stream))
    return outlet


def _text_stream(outlet: Outlet, like: TextIO | None) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding=getattr(like, "encoding", None),
        errors=_ANY_TEXT,
        line_buffering=getattr(like, "line_buffering", False),
        write_through=getattr(like, "write_through", False),
    )


def _encode_the_rest(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return b"".join(map(_encode, letters)), error.end


def _encode(letter: str) -> bytes:
    number = ord(letter)
    return bytes([number - 0xDC00]) if number in _BYTES_AS_LETTERS else letter.encode("ascii", "backslashreplace")
