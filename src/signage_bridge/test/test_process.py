"""The node as a process, as a launch file starts it."""

import signal
import socket
import sys
from contextlib import ExitStack

import pytest
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph
MAIN = [sys.executable, "-c", "from signage_bridge.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]


@pytest.fixture
def start(catalogue_file, page_dir):
    """Start the node with parameters, in a graph of its own."""
    with ExitStack() as stack:
        graph = stack.enter_context(ros_graph())

        def start(**params):
            common = {"catalog": catalogue_file, "page_dir": page_dir, "http_port": 0, "rosbridge_port": 0}
            values = (word for name, value in {**common, **params}.items() for word in ("-p", f"{name}:={value}"))
            return stack.enter_context(ProgramUnderTest([*MAIN, *values], graph.env))

        yield start


@pytest.mark.parametrize("parameter", ["http_port", "rosbridge_port"])
def test_a_port_in_use_is_one_line_and_status_2(start, parameter):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = start(**{parameter: port})
        assert program.wait() == 2
    assert program.errors == (
        f"error: {parameter}:={port}: the port is in use on 127.0.0.1; choose another one, "
        f"such as {parameter}:={port + 1}\n"
    )


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"catalog": "/nowhere/ads.yaml"}, "/nowhere/ads.yaml: expected a catalogue in YAML"),
        ({"page_dir": "/nowhere"}, "page_dir:=/nowhere: expected a folder with index.html"),
        ({"bind": "192.0.2.1"}, "bind:=192.0.2.1: expected an address of this machine"),
        ({"http_port": 70000}, "parameter http_port"),
        ({"subscribe_topics": "[no topic]"}, "parameter subscribe_topics"),
    ],
)
def test_a_wrong_parameter_is_one_line_and_status_2(start, params, words):
    program = start(**params)
    assert program.wait() == 2
    assert words in program.errors and program.errors.count("\n") == 1, program.errors


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_and_frees_the_ports(start, stop):
    program = start(bind="0.0.0.0")
    ports = [int(program.wait_for(rf"{scheme}://0\.0\.0\.0:(\d+)/", on_errors=True)[0][1]) for scheme in ("http", "ws")]
    program.wait_for(r"\[WARN\].*password.*presence", on_errors=True)
    with socket.create_connection(("127.0.0.1", ports[1])):
        assert program.end(stop) == 0
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()
