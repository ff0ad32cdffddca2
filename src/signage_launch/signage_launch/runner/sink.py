"""Where the lines of the processes go: the screen and a log file."""

from __future__ import annotations

import enum
import re
from typing import Protocol, TextIO

from signage_launch.launch_xml.plan import Output

_ERROR = re.compile(r"^(\[[\w.-]+-\d+\] )?(\x1b\[\d+m)?(\[(ERROR|FATAL)\]|error: |Traceback |\w*Error: )")


class Stream(enum.Enum):
    """Which stream a line came from."""

    OUT = "stdout"
    ERR = "stderr"


class Sink(Protocol):
    """Takes what the processes and the runner say."""

    def line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Take a line of a process; an empty label for lines that already say whose they are."""

    def say(self, label: str, level: str, text: str) -> None:
        """Take what the runner says about a process, or about the launch."""


def is_error(text: str) -> bool:
    """Return whether a line of a node tells of an error."""
    return _ERROR.match(text) is not None


class Screen:
    """Writes lines as ``ros2 launch`` does: ``[camera-1] text``."""

    def __init__(self, stream: TextIO, errors_only: bool = False) -> None:
        """Write to a stream; with ``errors_only``, only what tells of an error."""
        self._stream = stream
        self._errors_only = errors_only

    def line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process, if its output goes to the screen."""
        wanted = output is not Output.LOG or stream is Stream.ERR
        if wanted and (is_error(text) or not self._errors_only):
            self._write(f"[{label}] {text}" if label else text)

    def say(self, label: str, level: str, text: str) -> None:
        """Write what the runner says."""
        if level != "INFO" or not self._errors_only:
            self._write(f"[{level}] [{label}]: {text}")

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._stream, flush=True)
        except (BrokenPipeError, ValueError):  # whoever read it is gone; the graph goes on
            self._errors_only = True


class Tee:
    """Hands everything to several sinks."""

    def __init__(self, *sinks: Sink) -> None:
        self._sinks = sinks

    def line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Hand a line on."""
        for sink in self._sinks:
            sink.line(label, stream, text, output)

    def say(self, label: str, level: str, text: str) -> None:
        """Hand a message on."""
        for sink in self._sinks:
            sink.say(label, level, text)
