"""Show how far long work is: one line that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
import sys
import time
from typing import TextIO


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
            self._write(f"\r\033[K{text[:118]}")
        elif time.monotonic() - self._shown_s >= self._interval_s:
            self.keep(text)

    def keep(self, text: str) -> None:
        """Write a line that stays."""
        self._shown_s = time.monotonic()
        self._write(f"\r\033[K{text[:118]}\n" if self._is_live else f"{text}\n")

    def clear(self) -> None:
        """Take the rewritten line away."""
        if self._is_live:
            self._write("\r\033[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
