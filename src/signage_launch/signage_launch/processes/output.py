"""Where the lines of the processes go: the screen and a log file."""

from __future__ import annotations

import contextlib
import enum
import logging
import os
import re
from datetime import datetime, timezone
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Protocol, TextIO

from signage_common.errors import SignageError
from signage_common.home import expand_user, signage_home

from signage_launch.launch_xml.plan import Output
from signage_launch.processes.background import BackgroundWriter, background, finish

LOG_AUDIENCE = "SIGNAGE_LOG_AUDIENCE"
"""Set to 1, log file and journal have the lines that tell of persons, too."""
_JOURNAL = "JOURNAL_STREAM"
_LOG_FILE_BYTES = 5_000_000
_OLDER_LOG_FILES = 3
_ERROR = re.compile(r"^(\[[\w.-]+-\d+\] )?(\x1b\[\d+m)?(\[(ERROR|FATAL)\]|error: |Traceback |\w*Error: )")
_AUDIENCE = re.compile(r"(^|[\s\[(])[\w./]+\.audience\b")


class Stream(enum.Enum):
    """Which stream a line came from."""

    OUT = "stdout"
    ERR = "stderr"


class Sink(Protocol):
    """Takes what the processes say, and what is said about them; it never makes anybody wait."""

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Take a line of a process; an empty label for lines that already say whose they are."""

    def write_message(self, label: str, level: str, text: str) -> None:
        """Take what is said about a process, or about the launch; ``level`` as INFO, WARNING, ERROR."""

    def flush(self) -> None:
        """Wait until everything is where it goes, but not for long."""


def is_error(text: str) -> bool:
    """Return whether a line of a node tells of an error."""
    return _ERROR.match(text) is not None


def tells_of_persons(text: str) -> bool:
    """Return whether a line comes from a logger for what tells of persons: one whose name ends in ``.audience``."""
    return _AUDIENCE.search(text) is not None


def _is_asked_for_persons() -> bool:
    return os.environ.get(LOG_AUDIENCE) == "1"


def _is_journal(stream: TextIO | None) -> bool:
    """Return whether systemd keeps what is written to a stream in its journal, as systemd.exec(5) has it."""
    try:
        state = os.fstat(stream.fileno())  # type: ignore[union-attr]  # there is none where it was closed
    except (AttributeError, OSError, ValueError):
        return False
    return os.environ.get(_JOURNAL) == f"{state.st_dev}:{state.st_ino}"


class Screen:
    """Writes lines as ``ros2 launch`` does: ``[camera-1] text``."""

    def __init__(self, stream: TextIO | None, errors_only: bool = False) -> None:
        """Write to a stream; with ``errors_only``, only what tells of an error.

        Where systemd's journal keeps it, lines that tell of persons are left out, as in a log file.
        """
        self._has_audience = _is_asked_for_persons() or not _is_journal(stream)
        self._stream = background(stream)
        self._errors_only = errors_only

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process, if its output goes to the screen."""
        wanted = output is not Output.LOG or stream is Stream.ERR
        if not self._has_audience and tells_of_persons(text):
            return
        if wanted and (is_error(text) or not self._errors_only):
            self._write(f"[{label}] {text}" if label else text)

    def write_message(self, label: str, level: str, text: str) -> None:
        """Write what is said about a process, or about the launch."""
        if level != "INFO" or not self._errors_only:
            self._write(f"[{level}] [{label}]: {text}")

    def flush(self) -> None:
        """Wait until everything is written, but not for long."""
        finish(self._stream)

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a stream without a descriptor, closed
            self._stream.write(f"{text}\n")


class LogFile:
    """Writes every line with its UTC time to a file that is rotated at 5 MB, readable for its owner only.

    Lines that tell of persons are left out, unless ``SIGNAGE_LOG_AUDIENCE=1`` is set.
    """

    def __init__(self, path: Path) -> None:
        """Open the file for appending; its folder is made.

        Raises:
            OSError: it can't be made or opened.
        """
        self.path = path
        self._has_audience = _is_asked_for_persons()
        self._handler = _PrivateRotatingFile(
            path, maxBytes=_LOG_FILE_BYTES, backupCount=_OLDER_LOG_FILES, encoding="utf-8", errors="backslashreplace"
        )
        self._writer = BackgroundWriter(self._write_out)

    def write_line(self, label: str, stream: Stream, text: str, output: Output) -> None:
        """Write a line of a process."""
        if self._has_audience or not tells_of_persons(text):
            self._write(f"[{label}] {text}" if label else text)

    def write_message(self, label: str, level: str, text: str) -> None:
        """Write what is said about a process, or about the launch."""
        self._write(f"[{level}] [{label}]: {text}")

    def flush(self) -> None:
        """Wait until everything is written, but not for long."""
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self.flush()
        with contextlib.suppress(OSError):
            self._handler.close()

    def _write(self, text: str) -> None:
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        self._writer.put(f"{now.isoformat(timespec='milliseconds')}Z {text}\n")

    def _write_out(self, text: str) -> None:
        self._handler.emit(logging.LogRecord("launch", logging.INFO, "", 0, "%s", (text.removesuffix("\n"),), None))


class _PrivateRotatingFile(RotatingFileHandler):
    """A rotating file of the user's own, which raises what fails and begins anew with the next line."""

    def _open(self):  # type: ignore[no-untyped-def]  # as the base class has it
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        for each, mode in ((path.parent, 0o700), (path, 0o600)):
            with contextlib.suppress(OSError):  # not there yet, or another user's
                each.chmod(mode)
        # Path.open has no opener.
        return open(path, self.mode, encoding=self.encoding, errors=self.errors, opener=_open_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  named by the base class
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError):  # what it holds can't be written either
                stream.close()
        raise


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK, 0o600)  # never waits for the reader of a pipe


def open_log(name: str) -> LogFile:
    """Open the log file of this name in ``$SIGNAGE_HOME/log``, or in the user's state folder where that is another's.

    Raises:
        SignageError: neither can be written.
    """
    state = expand_user(os.environ.get("XDG_STATE_HOME") or "~/.local/state")
    reasons = []
    for folder in (signage_home() / "log", state / "signage" / "log"):
        try:
            return LogFile(folder / name)
        except OSError as error:
            reasons.append(f"{error.filename or folder}: {error.strerror}")
    raise SignageError(f"no log file: {'; '.join(reasons)}")


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

    def flush(self) -> None:
        """Wait for each of them, but not for long."""
        for sink in self._sinks:
            sink.flush()
