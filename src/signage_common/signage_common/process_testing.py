"""Run a program in a test: read what it says as it says it, wait for lines, end it, and leave nothing behind."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO

import psutil

from signage_common.sockets import free_ports

__all__ = ["ProgramUnderTest", "free_ports", "kill_if_running", "wait_until"]

PATIENCE_S = 60.0


class ProgramUnderTest:
    """A running program.

    Attributes:
        process: it.
        lines: what it has said on standard output so far.
        error_lines: what it has said on standard error so far.
    """

    def __init__(self, command: Sequence[object], env: Mapping[str, str] | None = None) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self.error_lines: list[str] = []
        streams = ((self.process.stdout, self.lines), (self.process.stderr, self.error_lines))
        self._readers = [threading.Thread(target=_read, args=each) for each in streams]
        for reader in self._readers:
            reader.start()

    @property
    def errors(self) -> str:
        """What it has said on standard error so far, as one text."""
        return "".join(f"{line}\n" for line in self.error_lines)

    def wait_for(self, pattern: str, count: int = 1, on_errors: bool = False) -> list[re.Match[str]]:
        """Wait until so many lines match a pattern; return the matches."""

        def found() -> list[re.Match[str]]:
            lines = list(self.error_lines if on_errors else self.lines)
            return [match for line in lines if (match := re.search(pattern, line))]

        wait_until(lambda: len(found()) >= count, f"{count} x {pattern!r} in {self.lines} {self.error_lines}")
        return found()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait for its end; return the exit status."""
        status = self.process.wait(timeout_s)
        for reader in self._readers:
            reader.join(timeout_s)
        return status

    def close(self) -> None:
        """Kill it if it still runs, and whatever it started."""
        if self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.kill()
            for child in children:
                kill_if_running(child)
        self.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> ProgramUnderTest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def kill_if_running(process: psutil.Process) -> None:
    """Kill a process that may be gone already."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def wait_until(happened: Callable[[], object], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Wait until something is true.

    Raises:
        TimeoutError: it did not become true in time.
    """
    end_s = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > end_s:
            raise TimeoutError(f"did not come within {timeout_s} s: {what}")
        time.sleep(0.02)


def _read(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip("\n"))
