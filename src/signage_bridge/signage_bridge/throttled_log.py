"""Log lines that others cause: at most one a second, however many they cause, and none of a library's tracebacks."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

PERIOD_S = 1.0
LIBRARIES = ("aiohttp", "asyncio", "concurrent.futures", "websockets")
MAX_LINE = 300


class ThrottledLog:
    """Writes the first line at once; of those that come too soon after it only the number, with the next."""

    def __init__(self, write: Callable[[str], object], clock: Callable[[], float]) -> None:
        """Start with nothing written.

        Args:
            write: takes one line; any thread may come.
            clock: seconds that never go back.
        """
        self._write = write
        self._clock = clock
        self._lock = threading.Lock()
        self._free_s: float | None = None
        self._held_back = 0

    def tell(self, line: str) -> None:
        """Write a line, or count it."""
        with self._lock:
            now_s = self._clock()
            if self._free_s is not None and now_s < self._free_s:
                self._held_back += 1
                return
            self._free_s = now_s + PERIOD_S
            more, self._held_back = self._held_back, 0
        line = "".join(each if each.isprintable() else " " for each in line)[:MAX_LINE]
        self._write(f"{line} ({more} more before)" if more else line)


class Mishaps:
    """Counts what nobody foresaw, and tells of it with the place where it happened."""

    def __init__(self, log: ThrottledLog) -> None:
        self._log = log
        self.count = 0

    def record(self, what: str, error: BaseException | None) -> None:
        """Count an unexpected error of the thread that serves the ports."""
        self.count += 1
        self._log.tell(f"unexpected: {what}{describe(error)}")


def describe(error: BaseException | None) -> str:
    """Return an error as one line that says where it was raised; empty for none."""
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f": {type(error).__name__}{place}: {error}"


class LibraryLogs(logging.Handler):
    """Takes over what libraries log, from warnings on, while it is used as a context."""

    def __init__(self, log: ThrottledLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a record as one line."""
        error = record.exc_info[1] if record.exc_info else None
        self._log.tell(f"{record.name}: {record.getMessage()}{describe(error)}")

    def __enter__(self) -> LibraryLogs:
        for name in LIBRARIES:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).propagate = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in LIBRARIES:
            logging.getLogger(name).removeHandler(self)
            logging.getLogger(name).propagate = True
