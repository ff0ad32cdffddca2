"""Start the graph in a process of its own, and end it with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types
from signage_common.entry import hold_signals, release_signals
from signage_common.errors import EXIT_USAGE, ConfigurationError
from signage_common.sockets import free_ports

from signage_bench.measurement import BenchError

STOP_S = 10.0
DEVICE = "deeplens1"


@dataclass(frozen=True)
class GraphToMeasure:
    """How the graph is started.

    Attributes:
        command: the program that runs a graph with the launch arguments that follow it.
        film: what its camera shows again and again.
        domain_id: a ROS domain that nobody else uses.
    """

    command: Sequence[str]
    film: Path
    domain_id: int


@dataclass(frozen=True)
class RunningGraph:
    """The graph of one measurement.

    Attributes:
        process: the launch runner.
        output: file with all that it printed.
        http_port: port of page and media.
        rosbridge_port: port of the WebSocket server.
    """

    process: subprocess.Popen[bytes]
    output: Path
    http_port: int
    rosbridge_port: int

    def check(self) -> None:
        """Check that it still runs.

        Raises:
            BenchError: it ended; the message carries its last line.
            ConfigurationError: it ended because something that it was started with is wrong.
        """
        status = self.process.poll()
        if status is None:
            return
        last = self.last_line()
        if status == EXIT_USAGE:
            raise ConfigurationError(last.removeprefix("error: "))
        raise BenchError(f"the graph ended with status {status}: {last}")

    def last_line(self) -> str:
        """Return the last line that it printed."""
        lines = self.output.read_text(errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


@contextlib.contextmanager
def running_graph(wanted: GraphToMeasure) -> Iterator[RunningGraph]:
    """Start a graph on free ports, and stop it at the end whatever happens."""
    http_port, rosbridge_port = free_ports(2)
    arguments = {"source": wanted.film, "loop": "true", "http_port": http_port, "rosbridge_port": rosbridge_port}
    env = {**os.environ, "ROS_DOMAIN_ID": str(wanted.domain_id), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    with tempfile.TemporaryDirectory(prefix="signage-bench-") as folder:
        output = Path(folder) / "output.log"
        words = [f"{name}:={value}" for name, value in {**arguments, "journal_url": f"{folder}/journal.db"}.items()]
        env["ROS_LOG_DIR"] = folder
        with output.open("wb") as sink, _held_signals():
            process = subprocess.Popen(
                [*wanted.command, *words],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C reaches the bench alone, which then ends the graph in order
            )
        try:
            yield RunningGraph(process, output, http_port, rosbridge_port)
        finally:
            stop_graph(process)


@contextlib.contextmanager
def _held_signals() -> Iterator[None]:
    """Start a program that takes signals when it can answer them."""
    hold_signals()
    try:
        yield
    finally:
        release_signals()


def stop_graph(process: subprocess.Popen[bytes]) -> None:
    """End a launch runner with SIGINT and wait; kill whatever is left of it afterwards."""
    family = _family(process.pid)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
    left = [member for member in family if member.is_running()]
    for member in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def _family(pid: int) -> list[psutil.Process]:
    try:
        launcher = psutil.Process(pid)
        return [launcher, *launcher.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
