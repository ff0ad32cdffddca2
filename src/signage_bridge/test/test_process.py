"""The node as a process, as a launch file starts it."""

import json
import queue
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from signage_bridge.server import ServerThread
from signage_bridge.throttled_log import Mishaps, ThrottledLog
from signage_common import ros_topics
from signage_common.process_testing import ProgramClock, ProgramUnderTest
from signage_common.ros_testing import ros_graph
from signage_msgs.msg import AdSelection

pytestmark = pytest.mark.graph
MAIN = [sys.executable, "-c", "from signage_bridge.node import main; main()", "--ros-args", "-r", "__ns:=/deeplens1"]


@pytest.fixture
def start(catalogue_file, page_dir):
    """Start the node with parameters, in a graph of its own."""
    with ExitStack() as stack:
        graph = stack.enter_context(ros_graph())

        def start(env=(), **params):
            common = {"catalog": catalogue_file, "page_dir": page_dir, "http_port": 0, "rosbridge_port": 0}
            values = (word for name, value in {**common, **params}.items() for word in ("-p", f"{name}:={value}"))
            return stack.enter_context(ProgramUnderTest([*MAIN, *values], {**graph.env, **dict(env)}))

        start.graph = graph
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
        pytest.param({"bind": "192.168.1..10"}, "bind:=192.168.1..10: expected an address", marks=pytest.mark.fault),
        pytest.param(
            {"public_url": "sign.example"}, "public_url: expected an address such as", marks=pytest.mark.fault
        ),
        pytest.param(
            {"public_url": "'https://a:b@c'"},
            "and nothing more, got '...c'",
            marks=pytest.mark.fault,
        ),
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


@pytest.mark.fault
@pytest.mark.parametrize(
    ("bind", "told", "reached"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.9", "127.0.0.9", "127.0.0.9"),
        ("0.0.0.0", "0.0.0.0", "127.0.0.1"),
        ("'::1'", "[::1]", "::1"),
        ("'::'", "[::]", "::1"),
        ("localhost", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_address_that_is_told_is_the_one_that_is_served(start, bind, told, reached):
    program = start(bind=bind)
    for scheme in ("http", "ws"):
        (match,) = program.wait_for(rf"{scheme}://(\S+):(\d+)/", on_errors=True)
        assert match[1] == told
        with socket.create_connection((reached, int(match[2]))) as client:
            host = f"[{reached}]" if ":" in reached else reached
            client.sendall(f"GET /config.json HTTP/1.1\r\nHost: {host}:{match[2]}\r\n\r\n".encode())
            assert client.recv(100).split()[1] == {"http": b"200", "ws": b"404"}[scheme]


@pytest.mark.fault
def test_the_public_address_is_told(start):
    program = start(public_url="https://Sign.example/")
    program.wait_for(r"others reach the page at https://sign\.example/", on_errors=True)
    program.wait_for(r"page .* at http://127\.0\.0\.1:\d+/", on_errors=True)


@pytest.mark.fault
@pytest.mark.parametrize("offset_s", [-3600, 3600])
def test_a_clock_that_is_set_makes_nobody_silent(start, tmp_path, offset_s):
    clock = ProgramClock(tmp_path)
    program = start(env=clock.env)
    port = int(program.wait_for(r"http://\S+:(\d+)/", on_errors=True)[0][1])
    graph, heard = start.graph, []
    probe = graph.probe()
    probe.create_subscription(DiagnosticArray, "/diagnostics", heard.append, 10)
    speak = probe.create_publisher(DiagnosticArray, "/diagnostics", 10)
    ads = [probe.create_publisher(AdSelection, "ad", ros_topics.AD_QOS)]
    ads[0].publish(AdSelection(creative="house"))

    def publishers_seen(count):
        speak.publish(DiagnosticArray(status=[DiagnosticStatus(name="deeplens1/camera: health", message="runs")]))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/config.json") as answer:
            assert answer.status == 200
        report = health_report(port)
        return report if report["topics"]["/deeplens1/ad"]["publishers"] == count and report["nodes"] else None

    def all_is_well():
        report = publishers_seen(len(ads))
        return report is not None and report["status"] == "ok"

    graph.spin_until(all_is_well, what="all is well")
    clock.set(offset_s)
    heard.clear()
    ads.append(probe.create_publisher(AdSelection, "ad", ros_topics.AD_QOS))
    graph.spin_until(all_is_well, what="the look at the graph, and nobody silent")
    report = health_report(port)
    assert report["nodes"]["deeplens1/camera: health"]["age_s"] < 60 and report["uptime_s"] < 600

    def own():
        return [status for each in heard for status in each.status if "signage_bridge" in status.name]

    graph.spin_until(lambda: len(own()) >= 3, what="its own health goes on")
    assert not [status.message for status in own() if "silent" in status.message]
    assert program.end() in clock.ends


def health_report(port):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


@pytest.mark.fault
def test_a_job_that_ends_unexpectedly_ends_the_thread_with_its_error(monkeypatch):
    ends = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda args: ends.put((args.thread.name, str(args.exc_value))))

    async def fail():
        raise ZeroDivisionError("no job")

    lines = []
    server = ServerThread(Mishaps(ThrottledLog(lines.append, lambda: 0.0)))
    server.start([], [fail])
    assert ends.get(timeout=60) == ("server", "no job")
    server.stop()


@pytest.mark.fault
def test_an_error_in_one_call_is_counted_and_the_thread_lives_on():
    lines, done = [], threading.Event()
    mishaps = Mishaps(ThrottledLog(lines.append, lambda: 0.0))
    server = ServerThread(mishaps)
    server.start([])
    for _ in range(10):
        server.call(lambda: [][0])
    server.call(done.set)
    assert done.wait(60)
    server.stop()
    server.call(done.set)
    assert mishaps.count == 10 and len(lines) == 1 and "IndexError at test_process.py:" in lines[0]
