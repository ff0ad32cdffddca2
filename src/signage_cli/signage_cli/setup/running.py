"""What runs at the moment: the lines that tell of it, and the programs that can be ended all at once."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from signage_common.errors import SignageError
from signage_common.progress import ProgressLine

from signage_cli.setup.connections import ConnectionWatch

SHOWN_LINES = 12
_SEPARATOR = " | "
_COUNT = re.compile(r"\d+ of \d+")
_BRIEF_LETTERS = 16


class Progress:
    """Numbered steps: on a terminal one line that names all that run, elsewhere whole lines, now and then."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        """Show nothing yet.

        Args:
            total: how many steps there will be.
            stream: where to; standard error where none is given.
        """
        self._total = total
        self._stream = sys.stderr if stream is None else stream
        self._terminal_line = ProgressLine(self._stream) if self._stream.isatty() else None
        self._number = 0
        self._running: list[StepProgress] = []
        self._lock = threading.RLock()

    @contextmanager
    def step(self, title: str) -> Iterator[StepProgress]:
        """Show a step from its start to its end, if it comes to a good one."""
        with self._lock:
            self._number += 1
            step = StepProgress(self, f"[{self._number}/{self._total}] {title}", self._stream)
            self._running.append(step)
            self.refresh(step)
        is_whole = False
        try:
            yield step
            is_whole = True
        finally:
            with self._lock:
                self._running.remove(step)
                line = self._terminal_line or step.line
                line.clear()
                if is_whole:
                    line.keep(f"{step.head}: done in {step.seconds:.0f} s")
                    self.refresh()

    def refresh(self, *steps: StepProgress) -> None:
        """Show how far steps are, by default all that run."""
        with self._lock:
            if self._terminal_line is None:
                for step in steps or self._running:
                    step.line.show(step.text)
            elif self._running:
                alone = self._running[0].text if len(self._running) == 1 else ""
                self._terminal_line.show(alone or _SEPARATOR.join(step.brief for step in self._running))


class StepProgress:
    """How far one step is."""

    def __init__(self, progress: Progress, head: str, stream: TextIO) -> None:
        self._progress = progress
        self._started_s = time.monotonic()
        self._how_far = "..."
        self.head = head
        self.line = ProgressLine(stream)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._started_s

    @property
    def text(self) -> str:
        """Its line: number, title, and how far it is after how long."""
        after = f" ({self.seconds:.0f} s)" if self.seconds >= 1 else ""
        return f"{self.head}: {self._how_far}{after}"

    @property
    def brief(self) -> str:
        """Title and how far it is, short enough to stand beside others."""
        count = _COUNT.search(self._how_far)
        return f"{self.head.partition('] ')[2]} {count[0] if count else self._how_far[:_BRIEF_LETTERS]}"

    def show(self, how_far: str) -> None:
        """Say how far it is; an empty line of a program says nothing."""
        if how_far:
            self._how_far = how_far
            self._progress.refresh(self)


class Programs:
    """The programs that the steps have started and that still run; each is a group of processes of its own."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._are_ended = False
        self._lock = threading.Lock()

    def end_all(self) -> None:
        """End every program with all that it started, and start no other."""
        with self._lock:
            self._are_ended = True
            for process in self._running:
                _end(process)

    @contextmanager
    def started(
        self, words: Sequence[str], env: Mapping[str, str], cwd: Path | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a program, give it, and wait for its end; whatever is raised meanwhile ends it.

        Raises:
            SignageError: it can't be started, or all are to end.
        """
        with self._lock:
            if self._are_ended:
                raise SignageError(f"{words[0]}: not started, because the set-up is over")
            process = _start(words, env, cwd)
            self._running.add(process)
        try:
            with process:
                try:
                    yield process
                except BaseException:
                    _end(process)
                    raise
                finally:
                    process.wait()
        finally:
            with self._lock:
                self._running.discard(process)


class RunningStep:
    """What the work of a step is done with: it says how far it is, and runs programs.

    Attributes:
        show: says how far it is, in a few words.
    """

    def __init__(self, log: Path, show: Callable[[str], None], programs: Programs) -> None:
        """Begin an empty log file for the programs' output."""
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        self._log = log
        self._programs = programs
        self.show = show

    def run(
        self,
        command: Sequence[object],
        env: Mapping[str, str],
        cwd: Path | None = None,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Run a program to its end, its output going to the log file.

        Args:
            command: program and arguments.
            env: its whole environment.
            cwd: its working folder.
            on_line: called with every line of output.

        Raises:
            SignageError: it can't be started or fails; the message carries its last lines.
        """
        words = [str(word) for word in command]
        last: deque[str] = deque(maxlen=SHOWN_LINES)
        connections = ConnectionWatch(env)
        with self._log.open("a", buffering=1, encoding="utf-8", errors="surrogateescape") as out:
            out.write(f"$ {' '.join(words)}\n")
            with self._programs.started(words, env, cwd) as process:
                for line in process.stdout or ():
                    out.write(line)
                    last.append(line)
                    connections.take(line)
                    on_line(line.strip())
        if process.returncode != 0 and connections.lost:
            raise SignageError(f"no connection to {connections.lost}; all that {words[0]} said is in {self._log}")
        if process.returncode != 0:
            what = f"{Path(words[0]).name} ended with status {process.returncode}"
            raise SignageError(f"{what}; all its output is in {self._log}\n  {'  '.join(last).rstrip()}")


def _start(words: Sequence[str], env: Mapping[str, str], cwd: Path | None) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="surrogateescape",
            env=dict(env),
            cwd=cwd,
            start_new_session=True,  # a group of its own, which can be ended whole
        )
    except OSError as error:
        raise SignageError(f"{words[0]}: {error.strerror}") from None


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended by itself a moment ago
        os.killpg(process.pid, signal.SIGTERM)
