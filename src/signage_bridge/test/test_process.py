"""The node as a process, as a launch file starts it."""

import re
import signal
import socket
import subprocess
import sys

import pytest
from signage_common.ros_testing import ros_graph

pytestmark = pytest.mark.graph
MAIN = [sys.executable, "-c", "from signage_bridge.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]


@pytest.fixture
def command(catalogue_file, page_dir):
    def make(**params):
        common = {"catalog": catalogue_file, "page_dir": page_dir, "http_port": 0, "rosbridge_port": 0}
        return [*MAIN, *(word for name, value in {**common, **params}.items() for word in ("-p", f"{name}:={value}"))]

    return make


@pytest.mark.parametrize("parameter", ["http_port", "rosbridge_port"])
def test_a_port_in_use_is_one_line_and_status_2(command, parameter):
    with ros_graph() as graph, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(command(**{parameter: port}), env=graph.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == (
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
def test_a_wrong_parameter_is_one_line_and_status_2(command, params, words):
    with ros_graph() as graph:
        done = subprocess.run(command(**params), env=graph.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_soon_and_frees_the_ports(command, stop):
    with ros_graph() as graph:
        process = subprocess.Popen(command(bind="0.0.0.0"), env=graph.env, stderr=subprocess.PIPE, text=True)
        with process:
            ports, said = {}, ""
            while len(ports) < 2 or "password" not in said:
                said += process.stderr.readline()
                ports = dict(re.findall(r"(http|ws)://0\.0\.0\.0:(\d+)/", said))
            client = socket.create_connection(("127.0.0.1", int(ports["ws"])))
            process.send_signal(stop)
            assert process.wait(timeout=5) == 0
            client.close()
        for port in ports.values():
            socket.create_server(("127.0.0.1", int(port))).close()
    assert "[WARN]" in said and "presence" in said
