"""The launched graph of one device, in processes of its own."""

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import psutil
import pytest
from signage_common.home import signage_home
from signage_common.ros_testing import ros_graph

NODES = ("camera", "face_inference", "ad_selector", "signage_bridge")
PATIENCE_S = 40.0


def free_ports(count: int) -> list[int]:
    with ExitStack() as servers:
        taken = [servers.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [server.getsockname()[1] for server in taken]


class Up:
    """``./signage up`` under test."""

    def __init__(self, env, output, *words: str) -> None:
        self.http_port, self.rosbridge_port = free_ports(2)
        ports = (f"http_port:={self.http_port}", f"rosbridge_port:={self.rosbridge_port}")
        command = [sys.executable, "-m", "signage_cli.verbs.up", *ports, *words]
        self._output = output
        with output.open("w") as out, output.with_suffix(".err").open("w") as err:
            self.process = subprocess.Popen(command, env=env, stdout=out, stderr=err)

    @property
    def lines(self) -> list[str]:
        return self._output.read_text().splitlines()

    @property
    def errors(self) -> str:
        return self._output.with_suffix(".err").read_text()

    def nodes(self) -> dict[str, psutil.Process]:
        """Return the processes of the nodes that run now."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            try:
                match = re.search(r"/lib/(\w+)/(\w+) --ros-args", " ".join(child.cmdline()))
            except psutil.NoSuchProcess:
                continue
            if match and "guard.py" not in child.cmdline():
                found[match[2]] = child
        return found

    def answers(self) -> bool:
        """Return whether the page is served."""
        try:
            socket.create_connection(("127.0.0.1", self.http_port), timeout=1).close()
        except OSError:
            return False
        return True

    def wait(self, seconds: float = PATIENCE_S) -> int:
        return self.process.wait(seconds)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE_S)


@pytest.fixture
def graph():
    with ros_graph() as graph:
        yield graph


@pytest.fixture
def start_up(graph, tmp_path):
    """Start ``./signage up`` on the demo film in an isolated domain."""
    launches = []

    def start(*words: str, source: str | None = None, **env: str) -> Up:
        film = signage_home() / "film" / "demo.mp4"
        if source is None and not film.exists():
            pytest.skip(f"{film} is missing; `./signage setup` makes it")
        word = f"source:={source or film}"
        launches.append(Up({**graph.env, **env}, tmp_path / f"up{len(launches)}.log", word, *words))
        return launches[-1]

    yield start
    for launch in launches:
        launch.close()


def wait_until(happened, what: str, seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"{what} did not come within {seconds} s"
        time.sleep(0.05)


@pytest.fixture
def wait_for():
    """Wait until something is true, with a time limit."""
    return wait_until


@pytest.fixture
def unused_ports():
    """Two ports that nobody listens on."""
    return free_ports(2)
