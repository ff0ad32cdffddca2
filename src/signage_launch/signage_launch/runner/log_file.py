"""The log file of the processes: bounded, the newest kept."""

from __future__ import annotations

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from signage_launch.launch_xml.plan import Output
from signage_launch.runner.sink import Stream

_BYTES = 5_000_000
_OLDER = 3


class LogFile:
    """Writes every line with its UTC time to a file that is rotated at 5 MB."""

    def __init__(self, path: Path) -> None:
        """Open the file for appending; its folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_OLDER, encoding="utf-8")
        formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self._handler.setFormatter(formatter)

    def line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process."""
        self._write(f"[{label}] {text}" if label else text)

    def say(self, label: str, level: str, text: str) -> None:
        """Write what the runner says."""
        self._write(f"[{level}] [{label}]: {text}")

    def close(self) -> None:
        """Close the file."""
        self._handler.close()

    def _write(self, text: str) -> None:
        self._handler.emit(logging.LogRecord("launch", logging.INFO, "", 0, "%s", (text,), None))
