"""One process of a plan: start it, pass on what it says, start it again, end it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping

from signage_common.errors import EXIT_USAGE

from signage_launch.launch_xml.plan import Output, ProcessPlan
from signage_launch.processes import guard
from signage_launch.processes.lines import LineSplitter
from signage_launch.processes.output import Sink, Stream
from signage_launch.processes.ready import ADDRESS, ReadySocket
from signage_launch.processes.restart import LauncherLines, RestartPolicy
from signage_launch.processes.run_folder import RunFolder

IS_RESTART = "SIGNAGE_RESTARTED"
"""Set to 1 in the environment of a process that is started again."""
_CHUNK_BYTES = 65536
_DRAIN_S = 0.5
_ONE_LINE = "error: "


class Child:
    """Keeps one process of a plan running until it ends for good or the launch stops.

    Attributes:
        plan: what is started.
        label: prefix of its lines.
        error: the one line that it last said why it can't go on.
        is_refused: whether it ended for good because of what it was configured with.
    """

    def __init__(self, plan: ProcessPlan, label: str, folder: RunFolder, sink: Sink, stopping: asyncio.Event) -> None:
        """Prepare; nothing is started yet.

        Args:
            plan: what to start.
            label: prefix of its lines, such as ``camera-1``.
            folder: where its parameters are written, anew for each start.
            sink: takes its lines.
            stopping: set when everything is to end.
        """
        self.plan = plan
        self.label = label
        self.error = ""
        self.is_refused = False
        self._folder = folder
        self._pid = 0
        self._sink = sink
        self._stopping = stopping
        self._giving_up = asyncio.Event()
        self._policy = RestartPolicy(plan.respawn, plan.is_own)
        self._launcher_lines = LauncherLines(plan.own_names)

    async def keep_running(self) -> int:
        """Run the process, again and again where the plan says so; return its last exit status."""
        with contextlib.closing(ReadySocket()) as notify:
            environment = self._environment(notify.address)
            while True:
                self._policy.note_start(time.monotonic())
                with self._hearing(notify):
                    status = await self._run(environment)
                delay_s = self._policy.delay_after(status, time.monotonic())
                if not self._stopping.is_set():
                    self.is_refused = self._giving_up.is_set() or self._policy.is_final(status)
                self._report_end(status)
                if self._stopping.is_set() or self.is_refused or delay_s is None:
                    return status
                self._sink.write_message(self.label, "INFO", f"starting again in {delay_s:.1f} s")
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), delay_s)
                    return status
                environment[IS_RESTART] = "1"

    def _environment(self, notify_address: str) -> dict[str, str]:
        environment = {**self.plan.environment, ADDRESS: notify_address}
        for name in (IS_RESTART, guard.ARE_BLOCKED):
            environment.pop(name, None)
        if self.plan.is_own:
            environment[guard.ARE_BLOCKED] = "1"
        if self.plan.is_launcher:  # it writes its nodes' parameters and its own log, too
            with contextlib.suppress(OSError):
                environment["TMPDIR"] = str(self._folder.path())
                environment.setdefault("ROS_LOG_DIR", environment["TMPDIR"])
        return environment

    @contextlib.contextmanager
    def _hearing(self, notify: ReadySocket) -> Iterator[None]:
        """Take what processes say on the socket, up to the last."""

        def take() -> None:
            for pid in notify.ready_pids():
                self._launcher_lines.note_ready(pid)
                self._policy.note_ready(time.monotonic())

        loop = asyncio.get_running_loop()
        loop.add_reader(notify, take)
        try:
            yield
        finally:
            loop.remove_reader(notify)
            take()

    async def _run(self, environment: Mapping[str, str]) -> int:
        """Run the process once; what keeps it from being started counts as its own complaint."""
        self.error, self._pid = "", 0
        try:
            if not self.plan.is_launcher:
                return await self._run_once(environment, None)
            theirs, ours = os.pipe()
            try:
                return await self._run_once(environment, theirs)
            finally:
                os.close(theirs)
                os.close(ours)
        except OSError as error:
            self.error = f"{error.filename or self.plan.name}: {error.strerror or error}"
            return EXIT_USAGE

    async def _run_once(self, environment: Mapping[str, str], lifeline: int | None) -> int:
        process = await self._start(environment, lifeline)
        self._pid = process.pid
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
        return status

    async def _start(self, environment: Mapping[str, str], lifeline: int | None) -> asyncio.subprocess.Process:
        numbers = itertools.count(1)
        command = self.plan.command(lambda text: self._folder.write(f"{self.label}-{next(numbers)}.yaml", text))
        death = signal.SIGKILL if lifeline is None else signal.SIGINT
        words = (os.getpid(), int(death), -1 if lifeline is None else lifeline)
        # What the process inherits blocked, it releases when it can answer; until then a signal waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, guard.BLOCKED)
        try:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", guard.__file__, *map(str, words)),
                *command,
                env=environment,
                cwd=self.plan.cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                pass_fds=() if lifeline is None else (lifeline,),
            )
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, guard.BLOCKED)

    async def _read(self, reader: asyncio.StreamReader | None, stream: Stream) -> None:
        splitter = LineSplitter()
        while reader and (data := await reader.read(_CHUNK_BYTES)):
            for line in splitter.feed(data):
                self._take(line, stream)
        for line in splitter.end():
            self._take(line, stream)

    def _take(self, line: str, stream: Stream) -> None:
        """Pass a line on; the one line of a process that gives up is kept until it is known whether it has."""
        if self.plan.is_launcher:
            self._take_from_launcher(line, stream)
        elif stream is Stream.ERR and line.startswith(_ONE_LINE):
            self._say_error()
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
        failure = self._launcher_lines.failure_in(line, time.monotonic())
        if failure and not self._stopping.is_set():
            self.error = self.error or failure
            self._giving_up.set()

    def _say_error(self) -> None:
        if self.error:
            self._sink.write_line(self.label, Stream.ERR, f"{_ONE_LINE}{self.error}", self.plan.output)

    def _report_end(self, status: int) -> None:
        """Say how the process ended; what ends everything is left to who says that."""
        if self.is_refused:
            return
        self._say_error()
        if not self._pid:
            return
        is_expected = status == 0 or self._stopping.is_set()
        level, what = ("INFO", "has finished") if is_expected else ("ERROR", "has died")
        self._sink.write_message(self.label, level, f"process {what} [pid {self._pid}, exit code {status}]")

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
