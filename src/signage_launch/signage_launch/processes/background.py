"""Write texts in a thread of its own, so that whoever has something to say never waits for who listens."""

from __future__ import annotations

import io
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

_FLUSH_S = 1.0
_MOST_WAITING = 1_000_000


class BackgroundWriter:
    """Hands texts to a function that may be slow, wait for ever, or fail.

    What comes while a million characters wait is dropped, and so is what can't be written; how many lines that were is
    said as soon as there is room again.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        """Prepare; the thread begins with the first text.

        Args:
            write: takes whole lines, in another thread; raises OSError where they can't be written.
        """
        self._write = write
        self._texts: deque[tuple[str, _Loss]] = deque()
        self._waiting = 0  # characters, with those that are being written
        self._dropped = _Loss()  # since the last text that was taken
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, text: str) -> None:
        """Take whole lines; return at once."""
        with self._changed:
            if self._waiting + len(text) > _MOST_WAITING:
                self._dropped = self._dropped.after(text, "nobody took them")
                return
            self._texts.append((text, self._dropped))
            self._dropped = _Loss()
            self._waiting += len(text)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def flush(self, patience_s: float = _FLUSH_S) -> None:
        """Wait until everything is written, but not for long."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting == 0, patience_s)

    def _run(self) -> None:
        failed = _Loss()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._texts)
                text, dropped = self._texts.popleft()
            failed = self._try(text, failed.joined(dropped))
            with self._changed:
                self._waiting -= len(text)
                self._changed.notify_all()

    def _try(self, text: str, lost: _Loss) -> _Loss:
        """Write a text, and before it what is missing; return what is lost now."""
        try:
            if lost.lines:
                self._write(f"[WARNING] [launch]: {lost.lines} lines are missing here: {lost.reason}\n")
                lost = _Loss()
            self._write(text)
        except OSError as error:
            return lost.after(text, error.strerror or str(error))
        return lost


@dataclass(frozen=True)
class _Loss:
    """How many lines are missing at one place, and why the last of them."""

    lines: int = 0
    reason: str = ""

    def after(self, text: str, reason: str) -> _Loss:
        return _Loss(self.lines + text.count("\n"), reason)

    def joined(self, other: _Loss) -> _Loss:
        return _Loss(self.lines + other.lines, other.reason or self.reason)


class BackgroundStream(io.TextIOBase):
    """A text stream that never waits nor fails, in front of one that may, such as a terminal, a pipe or a full disk.

    What the encoding lacks is written as an escape.
    """

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream that has a file descriptor."""
        self._stream = stream
        self._fileno = stream.fileno()
        self._encoding = stream.encoding or "utf-8"
        self._is_mid_line = False
        self._writer = BackgroundWriter(self._write_out)
        self._begun = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]  # TextIOBase has an attribute there
        """The encoding of the stream."""
        return self._encoding

    def fileno(self) -> int:
        """Return the stream's file descriptor."""
        return self._fileno

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return os.isatty(self._fileno)

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take text; whole lines go out."""
        lines, end, rest = (self._begun + text).rpartition("\n")
        self._begun = rest
        if end:
            self._writer.put(lines + end)
        return len(text)

    def flush(self) -> None:
        """Return at once: what is written is on its way."""

    def finish(self) -> None:
        """Wait until everything is written, but not for long."""
        self._writer.flush()

    def _write_out(self, text: str) -> None:
        data = memoryview((("\n" if self._is_mid_line else "") + text).encode(self._encoding, "backslashreplace"))
        while data:
            try:
                count = os.write(self._fileno, data)
            except BlockingIOError:  # a terminal that another program has made non-blocking
                poll = select.poll()
                poll.register(self._fileno, select.POLLOUT)
                poll.poll()
                continue
            self._is_mid_line = data[count - 1] != ord("\n")
            data = data[count:]


def background(stream: TextIO | None) -> TextIO:
    """Return a stream that never waits nor fails and writes to another; one without a descriptor is returned as it is.

    None, which Python has where standard output was closed, becomes a stream that leads nowhere.
    """
    if stream is None:
        return io.StringIO()
    try:
        return BackgroundStream(stream)  # type: ignore[return-value]  # TextIO is a class for annotations only
    except (OSError, ValueError):
        return stream


def finish(stream: TextIO) -> None:
    """Wait until a stream of ``background`` has written everything, but not for long."""
    if isinstance(stream, BackgroundStream):
        stream.finish()
