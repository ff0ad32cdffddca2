"""Run a program in a test: read what it says as it says it, wait for lines, end it, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TypeVar

import psutil  # type: ignore[import-untyped]  # it has no types
import pytest

from signage_common.sockets import free_ports

__all__ = [
    "PATIENCE_S",
    "ProgramClock",
    "ProgramUnderTest",
    "free_ports",
    "kill_if_running",
    "let_others_in",
    "wait_until",
]

PATIENCE_S = 60.0
"""How long anything is waited for. No claim: it only ends a test that would otherwise wait for ever."""
Found = TypeVar("Found")


class ProgramUnderTest:
    """A running program, in a session of its own.

    Attributes:
        process: the program's process; its id is that of its process group too.
        lines: what it has said on standard output so far, without the ends of lines.
        error_lines: what it has said on standard error so far.
    """

    def __init__(self, command: Sequence[object], env: Mapping[str, str] | None = None) -> None:
        """Start it.

        Args:
            command: program and arguments.
            env: its whole environment; the test's own where none is given.
        """
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.error_lines: list[str] = []
        streams = ((self.process.stdout, self.lines), (self.process.stderr, self.error_lines))
        self._readers = [threading.Thread(target=_read, args=each, daemon=True) for each in streams]
        for reader in self._readers:
            reader.start()

    @property
    def errors(self) -> str:
        """What it has said on standard error so far, as one text."""
        return "".join(f"{line}\n" for line in self.error_lines)

    def wait_for(self, pattern: str, count: int = 1, on_errors: bool = False) -> list[re.Match[str]]:
        """Wait until so many lines match a pattern; return the matches.

        Raises:
            RuntimeError: the program ended before.
            TimeoutError: they did not come.
        """
        said = self.error_lines if on_errors else self.lines

        def matches() -> list[re.Match[str]] | None:
            is_over = self._is_over()  # asked before the lines are looked at: what it says last is not missed
            found = [match for line in list(said) if (match := re.search(pattern, line))]
            if is_over and len(found) < count:
                raise RuntimeError(f"it ended with status {self.process.returncode} before {waited_for()}")
            return found if len(found) >= count else None

        def waited_for() -> str:
            return f"{count} x {pattern!r}; it said {self.lines} {self.error_lines}"

        return wait_until(matches, waited_for)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal to the program alone; return its exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Wait for its end, and for the last of what it said; return the exit status."""
        status = self.process.wait(timeout_s)
        for reader in self._readers:
            reader.join(timeout_s)
        return status

    def close(self) -> None:
        """Kill it if it still runs, and whatever it started.

        Raises:
            RuntimeError: something that it started runs on, in a session of its own, and holds its output.
        """
        started = psutil.Process(self.process.pid).children(recursive=True) if self.process.poll() is None else []
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for process in started:
            kill_if_running(process)
        self.wait()
        if any(reader.is_alive() for reader in self._readers):
            raise RuntimeError(f"something that {self.process.args!r} started still runs")
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def _is_over(self) -> bool:
        return self.process.poll() is not None and not any(reader.is_alive() for reader in self._readers)

    def __enter__(self) -> ProgramUnderTest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ProgramClock:
    """The clock of one program, which libfaketime sets while it runs, and nobody else's.

    Attributes:
        env: what the program's environment needs on top.
        ends: the statuses with which a node may end. Fast DDS 3.2 waits on shared memory by the wall clock; once that
            was set back, the wait outlasts the memory, which crashes now and then when all is torn down.
    """

    def __init__(self, folder: Path) -> None:
        """Begin with the right time; ``folder`` is the test's own. Skip the test where libfaketime is missing."""
        libraries = [str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]
        if not libraries:
            pytest.skip("libfaketime is missing: apt install faketime")
        self.ends: tuple[int, ...] = (0,)
        self._path = folder / "clock"
        self._offset_s = 0
        self.set(0)
        self.env = {"LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(self._path)}
        self.env |= {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set(self, offset_s: int) -> None:
        """Set the clock, so many seconds from the right time; it is never seen half set."""
        if offset_s < self._offset_s:
            self.ends = (0, -signal.SIGSEGV)
        self._offset_s = offset_s
        new = self._path.with_name("clock-new")
        new.write_text(f"{offset_s:+d}")
        new.rename(self._path)


def let_others_in(folder: Path) -> None:
    """Open a test's folder, and those above it that pytest closes, to the machine's other users."""
    for each in (folder, *folder.parents):
        if "/pytest-of-" in str(each):
            each.chmod(0o755)


def kill_if_running(process: psutil.Process) -> None:
    """Kill a process that may be gone already."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def wait_until(
    happened: Callable[[], Found | None], what: str | Callable[[], str], timeout_s: float = PATIENCE_S
) -> Found:
    """Wait until something is true, and return it.

    Args:
        happened: is asked again and again.
        what: is waited for, in words; a function is asked for them when they did not come in time.
        timeout_s: how long to wait.

    Raises:
        TimeoutError: it did not become true in time.
    """
    end_s = time.monotonic() + timeout_s
    while True:
        answer = happened()
        if answer:
            return answer
        if time.monotonic() > end_s:
            raise TimeoutError(f"did not come within {timeout_s} s: {what if isinstance(what, str) else what()}")
        time.sleep(0.02)


def _read(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip("\n"))
