"""Where the lines of the processes go: the screen and a log file."""

from __future__ import annotations

import enum
import logging
import re
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol, TextIO

from signage_launch.launch_xml.plan import Output

_LOG_FILE_BYTES = 5_000_000
_OLDER_LOG_FILES = 3
_ERROR = re.compile(r"^(\[[\w.-]+-\d+\] )?(\x1b\[\d+m)?(\[(ERROR|FATAL)\]|error: |Traceback |\w*Error: )")


class Stream(enum.Enum):
    """Which stream a line came from."""

    OUT = "stdout"
    ERR = "stderr"


class Sink(Protocol):
    """Takes what the processes say, and what is said about them."""

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Take a line of a process; an empty label for lines that already say whose they are."""

    def write_message(self, label: str, level: str, text: str) -> None:
        """Take what is said about a process, or about the launch; ``level`` as INFO, WARNING, ERROR."""


def is_error(text: str) -> bool:
    """Return whether a line of a node tells of an error."""
    return _ERROR.match(text) is not None


class Screen:
    """Writes lines as ``ros2 launch`` does: ``[camera-1] text``."""

    def __init__(self, stream: TextIO, errors_only: bool = False) -> None:
        """Write to a stream; with ``errors_only``, only what tells of an error."""
        self._stream = stream
        self._errors_only = errors_only

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process, if its output goes to the screen."""
        wanted = output is not Output.LOG or stream is Stream.ERR
        if wanted and (is_error(text) or not self._errors_only):
            self._write(f"[{label}] {text}" if label else text)

    def write_message(self, label: str, level: str, text: str) -> None:
        """Write what is said about a process, or about the launch."""
        if level != "INFO" or not self._errors_only:
            self._write(f"[{level}] [{label}]: {text}")

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._stream, flush=True)
        except (BrokenPipeError, ValueError):  # whoever read it is gone; the graph goes on
            self._errors_only = True


class LogFile:
    """Writes every line with its UTC time to a file that is rotated at 5 MB."""

    def __init__(self, path: Path) -> None:
        """Open the file for appending; its folder is made."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._handler = RotatingFileHandler(
            path, maxBytes=_LOG_FILE_BYTES, backupCount=_OLDER_LOG_FILES, encoding="utf-8"
        )
        formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self._handler.setFormatter(formatter)

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process."""
        self._write(f"[{label}] {text}" if label else text)

    def write_message(self, label: str, level: str, text: str) -> None:
        """Write what is said about a process, or about the launch."""
        self._write(f"[{level}] [{label}]: {text}")

    def close(self) -> None:
        """Close the file."""
        self._handler.close()

    def _write(self, text: str) -> None:
        self._handler.emit(logging.LogRecord("launch", logging.INFO, "", 0, "%s", (text,), None))


class Tee:
    """Hands everything to several sinks."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Hand a line on."""
        for sink in self._sinks:
            sink.write_line(label, stream, text, output)

    def write_message(self, label: str, level: str, text: str) -> None:
        """Hand a message on."""
        for sink in self._sinks:
            sink.write_message(label, level, text)
