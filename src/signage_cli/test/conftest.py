"""The launched graph of one device, in processes of its own."""

import re
import signal
import sys

import psutil
import pytest
from signage_common.home import signage_home
from signage_common.process_testing import ProgramUnderTest, free_ports
from signage_common.ros_testing import graph
from signage_common.sockets import is_listening

__all__ = ["graph"]


class GraphProgram(ProgramUnderTest):
    """A verb that runs the graph, on ports of its own."""

    def __init__(self, env, verb, *words: str) -> None:
        self.http_port, self.rosbridge_port = free_ports(2)
        ports = (f"http_port:={self.http_port}", f"rosbridge_port:={self.rosbridge_port}")
        super().__init__([sys.executable, "-m", f"signage_cli.verbs.{verb}", *ports, *words], env)

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
        return is_listening(self.http_port)


@pytest.fixture
def film():
    """The demo film."""
    path = signage_home() / "film" / "demo.mp4"
    if not path.exists():
        pytest.skip(f"{path} is missing; `./signage setup` makes it")
    return path


@pytest.fixture
def start(graph):
    """Start a verb in an isolated domain; it is ended, as by Ctrl-C, with the test."""
    started = []

    def start(verb: str, *words: str, **env: str) -> GraphProgram:
        without_display = {key: value for key, value in graph.env.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        started.append(GraphProgram({**without_display, **env}, verb, *words))
        return started[-1]

    yield start
    for program in started:
        if program.process.poll() is None:
            program.end(signal.SIGINT)
        program.close()


@pytest.fixture
def start_up(start, film):
    """Start ``./signage up``, on the demo film unless another source is named."""

    def start_up(*words: str, source: str | None = None, **env: str) -> GraphProgram:
        return start("up", f"source:={source or film}", *words, **env)

    return start_up
