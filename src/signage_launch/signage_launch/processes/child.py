"""One process of a plan: start it, pass on what it says, start it again, end it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from signage_common.errors import EXIT_USAGE

from signage_launch.launch_xml.plan import Output, ProcessPlan, Respawn
from signage_launch.processes import guard
from signage_launch.processes.output import Sink, Stream

SETTLED_S = 10.0
LONGEST_DELAY_S = 30.0
_CHUNK_BYTES = 65536
_LONGEST_LINE_BYTES = 16384
_DRAIN_S = 0.5
_ONE_LINE = "error: "
_LABEL = r"(?P<label>[\w.-]+-\d+)"
_LAUNCHER_ERROR = re.compile(rf"^\[{_LABEL}\] error: (?P<text>.*)")
_LAUNCHER_DIED = re.compile(rf"\[{_LABEL}\]: process has died \[pid \d+, exit code {EXIT_USAGE}\b")


class Child:
    """Keeps one process of a plan running until it ends for good or the launch stops."""

    def __init__(
        self, plan: ProcessPlan, label: str, command: Sequence[str], sink: Sink, stopping: asyncio.Event
    ) -> None:
        """Prepare; nothing is started yet.

        Args:
            plan: what to start.
            label: prefix of its lines, such as ``camera-1``.
            command: the command line.
            sink: takes its lines.
            stopping: set when everything is to end.
        """
        self.plan = plan
        self.label = label
        self.error = ""
        self._command = list(command)
        self._sink = sink
        self._stopping = stopping
        self._giving_up = asyncio.Event()
        self._launcher_lines = LauncherLines()

    async def keep_running(self) -> int:
        """Run the process, again and again where the plan says so; return its last exit status."""
        policy = RestartPolicy(self.plan.respawn)
        while True:
            started_s = time.monotonic()
            try:
                status = await self._run()
            except OSError as error:
                self.error = f"{self._command[0]}: {error.strerror} {error.filename or ''}"
                return EXIT_USAGE
            if self._giving_up.is_set():
                return EXIT_USAGE
            if self._stopping.is_set():
                return status
            delay_s = policy.delay_after(status, time.monotonic() - started_s)
            if delay_s is None:
                return status
            self._sink.write_message(self.label, "INFO", f"starting again in {delay_s:.1f} s")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay_s)
                return status

    async def _run(self) -> int:
        if not self.plan.is_launcher:
            return await self._run_once(None)
        theirs, ours = os.pipe()
        try:
            return await self._run_once(theirs)
        finally:
            os.close(theirs)
            os.close(ours)

    async def _run_once(self, lifeline: int | None) -> int:
        process = await self._start(lifeline)
        self._sink.write_message(self.label, "INFO", f"process started with pid [{process.pid}]")
        readers = [asyncio.create_task(self._read(process.stdout, Stream.OUT))]
        readers.append(asyncio.create_task(self._read(process.stderr, Stream.ERR)))
        ender = asyncio.create_task(self._end_when_stopping(process))
        try:
            status = await process.wait()
            await asyncio.wait(readers, timeout=_DRAIN_S)
        finally:
            for task in (*readers, ender):
                task.cancel()
            _signal_group(process.pid, signal.SIGKILL)  # whatever it started itself and left behind
        self._report_end(process.pid, status)
        return status

    async def _start(self, lifeline: int | None) -> asyncio.subprocess.Process:
        death = signal.SIGKILL if lifeline is None else signal.SIGINT
        numbers = (os.getpid(), int(death), -1 if lifeline is None else lifeline)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", guard.__file__, *map(str, numbers)),
            *self._command,
            env=dict(self.plan.environment),
            cwd=self.plan.cwd or Path.cwd(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            pass_fds=() if lifeline is None else (lifeline,),
        )

    async def _read(self, reader: asyncio.StreamReader | None, stream: Stream) -> None:
        splitter = LineSplitter()
        while reader and (data := await reader.read(_CHUNK_BYTES)):
            for line in splitter.feed(data):
                self._take(line, stream)
        for line in splitter.end():
            self._take(line, stream)

    def _take(self, line: str, stream: Stream) -> None:
        """Pass a line on; the one line of a process that gives up is kept until its exit status is known."""
        if self.plan.is_launcher:
            self._take_from_launcher(line, stream)
        elif stream is Stream.ERR and line.startswith(_ONE_LINE):
            self.error = line.removeprefix(_ONE_LINE)
        else:
            self._pass_on(self.label, line, stream)

    def _pass_on(self, label: str, line: str, stream: Stream) -> None:
        """Pass a line on; while everything ends, to the log alone: a start that is cut off ends in a traceback."""
        if self._stopping.is_set():
            self._sink.write_line(label, Stream.OUT, line, Output.LOG)
        else:
            self._sink.write_line(label, stream, line, self.plan.output)

    def _take_from_launcher(self, line: str, stream: Stream) -> None:
        self._pass_on("", line, stream)
        failure = self._launcher_lines.failure_in(line)
        if failure and not self._stopping.is_set():
            self.error = self.error or failure
            self._giving_up.set()

    def _report_end(self, pid: int, status: int) -> None:
        if self.error and status != EXIT_USAGE:
            self._sink.write_line(self.label, Stream.ERR, f"{_ONE_LINE}{self.error}", self.plan.output)
        if status == 0 or self._stopping.is_set():
            self._sink.write_message(self.label, "INFO", f"process has finished [pid {pid}, exit code {status}]")
        elif status != EXIT_USAGE:
            self._sink.write_message(self.label, "ERROR", f"process has died [pid {pid}, exit code {status}]")

    async def _end_when_stopping(self, process: asyncio.subprocess.Process) -> None:
        reasons = [asyncio.create_task(event.wait()) for event in (self._stopping, self._giving_up)]
        try:
            await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for reason in reasons:
                reason.cancel()
        # A launcher passes the signal on itself; a node that got it twice would be cut off in its own clean-up.
        send = _signal_one if self.plan.is_launcher else _signal_group
        times = self.plan.stop
        for number, patience_s in ((signal.SIGINT, times.sigterm_s), (signal.SIGTERM, times.sigkill_s)):
            send(process.pid, number)
            await asyncio.sleep(patience_s)
            self._sink.write_message(self.label, "WARNING", f"still runs {patience_s:.1f} s after {number.name}")
        _signal_group(process.pid, signal.SIGKILL)


def _signal_one(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


@dataclass
class RestartPolicy:
    """When to start a process again, and when not.

    A process that ends soon after its start is waited for twice as long each time, up to half a minute; one that has
    run for ten seconds starts from the launch file's delay again.

    Attributes:
        respawn: what the launch file says.
    """

    respawn: Respawn
    _quick_ends: int = field(default=0, init=False)
    _restarts: int = field(default=0, init=False)

    def delay_after(self, exit_status: int, lasted_s: float) -> float | None:
        """Return the seconds until the next start, or None if there is none.

        Bad configuration (exit status 2) does not get better by trying again.
        """
        if not self.respawn.is_enabled or exit_status == EXIT_USAGE or self._used_up():
            return None
        self._restarts += 1
        self._quick_ends = 0 if lasted_s >= SETTLED_S else self._quick_ends + 1
        delay_s = self.respawn.delay_s * 2.0 ** max(self._quick_ends - 1, 0)
        return min(delay_s, max(LONGEST_DELAY_S, self.respawn.delay_s))

    def _used_up(self) -> bool:
        return 0 <= self.respawn.max_retries <= self._restarts


class LineSplitter:
    """Collects bytes and gives whole lines; a line longer than 16 kB is cut, so that no process can fill the memory."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Take bytes and return the lines that they complete, without their ends."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        return [self._text(line) for line in lines]

    def end(self) -> list[str]:
        """Return what is left when the stream has ended."""
        rest, self._rest = self._rest, b""
        return [self._text(rest)] if rest else []

    @staticmethod
    def _text(line: bytes) -> str:
        return line.decode(errors="replace").rstrip("\r")


class LauncherLines:
    """Notices in the lines of ``ros2 launch`` that one of its processes gave up because of bad configuration.

    ``ros2 launch`` itself would start such a process again and again.
    """

    def __init__(self) -> None:
        self._errors: dict[str, str] = {}

    def failure_in(self, line: str) -> str | None:
        """Take a line; return the one line of a process that has just ended with status 2, else None."""
        if match := _LAUNCHER_ERROR.match(line):
            self._errors[match["label"]] = match["text"]
        if match := _LAUNCHER_DIED.search(line):
            return self._errors.get(match["label"]) or f"{match['label']} ended with exit status {EXIT_USAGE}"
        return None
