"""Show which step runs, how far it is, and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

QUIET_INTERVAL_S = 10.0


class Progress:
    """Numbered steps on a terminal (one line, rewritten) or in a log (a line now and then)."""

    def __init__(self, total: int, stream: TextIO = sys.stderr) -> None:
        self._total = total
        self._stream = stream
        self._number = 0
        self._live = stream.isatty()
        self._head = ""
        self._started = self._shown = 0.0

    @contextmanager
    def step(self, title: str) -> Iterator[Progress]:
        """Show a step from its start to its end; a failure leaves the line as it is."""
        self._number += 1
        self._head = f"[{self._number}/{self._total}] {title}"
        self._started = self._shown = time.monotonic()
        self._write("...")
        yield self
        self._write(f"done in {time.monotonic() - self._started:.0f} s", last=True)

    def update(self, text: str) -> None:
        """Show how far the running step is."""
        now = time.monotonic()
        if self._live or now - self._shown >= QUIET_INTERVAL_S:
            self._shown = now
            self._write(f"{text} ({now - self._started:.0f} s)")

    def _write(self, text: str, last: bool = False) -> None:
        line = f"{self._head}: {text}"
        if self._live:
            self._stream.write(f"\r\033[K{line[:118]}" + ("\n" if last else ""))
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()
