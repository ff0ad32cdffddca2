"""Show how far long work is: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
import os
import sys
import time
from typing import TextIO

FALLBACK_COLUMNS = 80
_CLEAR_LINE = "\r\033[K"


class ProgressLine:
    """The line of one piece of work."""

    def __init__(self, stream: TextIO | None = None, interval_s: float = 10.0) -> None:
        """Show nothing yet.

        Args:
            stream: where to; standard error where none is given.
            interval_s: how often a line is written where there is no terminal.
        """
        self._stream = sys.stderr if stream is None else stream
        self._interval_s = interval_s
        self._shown_s = -math.inf
        self._is_live = self._stream.isatty()

    def show(self, text: str) -> None:
        """Say how far it is; off a terminal only if the last line is old enough."""
        if self._is_live:
            # Only as much as fits: of a line that wraps, the terminal could take back no more than its last row.
            self._write(f"{_CLEAR_LINE}{text[: self._columns() - 1]}")
        elif time.monotonic() - self._shown_s >= self._interval_s:
            self.keep(text)

    def keep(self, text: str) -> None:
        """Write a whole line that stays."""
        self._shown_s = time.monotonic()
        self._write(f"{_CLEAR_LINE if self._is_live else ''}{text}\n")

    def clear(self) -> None:
        """Take the rewritten line away."""
        if self._is_live:
            self._write(_CLEAR_LINE)

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or FALLBACK_COLUMNS
        except (OSError, ValueError):  # a stream that only says that it is a terminal
            return FALLBACK_COLUMNS

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
