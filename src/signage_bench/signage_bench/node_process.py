"""One node as a process that may be killed at any moment and started again under the same name."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signage_common.entry import hold_signals, release_signals
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.packages import find_executable

from signage_bench.measurement import BenchError
from signage_bench.running_graph import DEVICE

STOP_S = 10.0


@dataclass(frozen=True)
class NodeToRun:
    """Which node is run, and with what.

    Attributes:
        package: the package that has its program.
        program: such as ``journal``.
        params: its parameters, but for those that have their default.
    """

    package: str
    program: str
    params: Mapping[str, object]


class NodeProcess:
    """A node of the device ``deeplens1``, as the program that the launch file starts.

    Attributes:
        name: of its program.
        starts: how often it was started.
    """

    def __init__(self, node: NodeToRun, domain_id: int, folder: Path) -> None:
        """Start nothing yet.

        Args:
            node: which.
            domain_id: the ROS domain in which it runs.
            folder: where its output and its logs go.

        Raises:
            ConfigurationError: its program is not installed.
        """
        self.name = node.program
        self.starts = 0
        self._command = _command_of(node)
        self._env = {
            **os.environ,
            "ROS_DOMAIN_ID": str(domain_id),
            "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
            "ROS_LOG_DIR": str(folder),
        }
        self._output = folder / f"{node.program}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Return the id of its process.

        Raises:
            BenchError: it was not started.
        """
        return self._running().pid

    def start(self) -> None:
        """Start it."""
        hold_signals()  # a program that takes signals gets them when it can answer them
        try:
            with self._output.open("ab") as sink:
                self._process = subprocess.Popen(
                    self._command,
                    env=self._env,
                    stdin=subprocess.DEVNULL,
                    stdout=sink,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # a Ctrl-C reaches the bench alone
                )
        finally:
            release_signals()
        self.starts += 1

    def kill(self) -> None:
        """Kill it as ``kill -9`` does, wherever it stands."""
        process = self._running()
        process.kill()
        process.wait()

    def stop(self) -> int | None:
        """End it in order; return its exit status, None if it was not started."""
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(STOP_S)
            process.kill()
        return process.wait()

    def check(self) -> None:
        """Check that it still runs.

        Raises:
            BenchError: it ended by itself; the message carries its last line.
        """
        status = self._running().poll()
        if status is not None:
            raise BenchError(f"{self.name} ended with status {status}: {self.last_line()}")

    def last_line(self) -> str:
        """Return the last line that it printed."""
        lines = self._output.read_text(errors="replace").splitlines() if self._output.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise BenchError(f"{self.name} was not started")
        return self._process


@contextmanager
def running_nodes(nodes: Sequence[NodeToRun], domain_id: int, folder: Path) -> Iterator[dict[str, NodeProcess]]:
    """Run some nodes, each under its program's name, and end them in order, the last first."""
    processes = {node.program: NodeProcess(node, domain_id, folder) for node in nodes}
    try:
        for process in processes.values():
            process.start()
        yield processes
    finally:
        for process in reversed(list(processes.values())):
            process.stop()


def _command_of(node: NodeToRun) -> list[str]:
    try:
        program = find_executable(node.package, node.program, os.environ)
    except LookupError as error:
        raise ConfigurationError(f"{error}; `./signage setup` makes it") from None
    params = [word for name, value in node.params.items() for word in ("-p", f"{name}:={_yaml(value)}")]
    names = ["-r", f"__ns:=/{DEVICE}", "-r", f"__node:={node.program}"]
    return [str(program), "--ros-args", "--disable-external-lib-logs", *names, *params]


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
