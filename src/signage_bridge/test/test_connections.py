"""Connections that are half open, too many, idle or stuck: the ports go on for everybody else, and logs stay short."""

import asyncio
import gc
import json
import logging
import resource
import socket
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from signage_bridge import connections, server, startup
from signage_bridge.rosbridge.limits import Limits
from signage_bridge.throttled_log import LIBRARIES, LibraryLogs, Mishaps, ThrottledLog
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_testing import PATIENCE_S, ros_graph

pytestmark = [pytest.mark.graph, pytest.mark.fault]
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = b"GET /config.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALVES = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": HALF,
    "garbage": b"\0" * 100,
    "after an answer": WHOLE + HALF,
}
PORTS = ("http_port", "rosbridge_port")


def open_to(port, data=b""):
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    client.sendall(data)
    return client


def answer_of(client):
    """Return the answer's status, or 0 if the connection ends without one."""
    try:
        head = client.recv(65536)
    except ConnectionError:
        return 0
    return int(head.split()[1]) if head else 0


def read_to_end(client):
    received = b""
    try:
        while data := client.recv(65536):
            received += data
    except ConnectionError:
        pass
    return received


@pytest.fixture
def held():
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("half", HALVES)
async def test_who_sends_no_whole_request_is_cut_off(start_bridge, monkeypatch, held, port, half):
    monkeypatch.setattr(connections, "IDLE_S", 0.5)
    running = start_bridge(selector=False)
    client = held.enter_context(open_to(getattr(running.bridge, port), HALVES[half]))
    await asyncio.to_thread(read_to_end, client)


async def test_who_sends_half_a_body_is_told_and_cut_off(start_bridge, monkeypatch, held):
    monkeypatch.setattr("signage_bridge.http.handlers.BODY_TIMEOUT_S", 0.5)
    running = start_bridge(selector=False)
    head = b"POST /gom/v1/svc/advertisement HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    client = held.enter_context(open_to(running.bridge.http_port, head))
    assert b" 408 " in await asyncio.to_thread(read_to_end, client)


async def test_who_goes_away_before_the_end_of_a_request_is_no_trouble(
    start_bridge, monkeypatch, held, eventually, capfd
):
    monkeypatch.setattr("signage_bridge.http.handlers.BODY_TIMEOUT_S", 0.5)
    running = start_bridge(selector=False)
    head = b"POST /gom/v1/svc/advertisement HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    clients = [held.enter_context(open_to(running.bridge.http_port, head)) for _ in range(20)]
    for client in clients[:10]:
        client.close()
    for client in clients[10:]:
        assert await asyncio.to_thread(answer_of, client) == 408
        client.sendall(b"more")
        client.close()
    await eventually(lambda: not running.bridge._bridge._ports[0]._connections, "the end of all connections")
    running.bridge.destroy_node()
    gc.collect()  # asyncio tells of tasks that nobody ended when they are collected
    assert "WARN" not in capfd.readouterr().err


@pytest.mark.parametrize("half", HALVES)
async def test_new_clients_find_room_among_idle_connections(start_bridge, held, eventually, half):
    running = start_bridge(selector=False, max_connections=8)
    idle = [held.enter_context(open_to(running.bridge.http_port, HALVES[half])) for _ in range(50)]
    for _ in range(20):
        with open_to(running.bridge.http_port, WHOLE) as client:
            assert await asyncio.to_thread(answer_of, client) == 200
    await eventually(lambda: len(running.ports[0]._connections) <= 8, "the end of the others")
    assert running.ports[0].turned_away == 0
    await asyncio.to_thread(read_to_end, idle[0])


async def test_connections_that_are_at_work_are_not_cut_for_a_new_one(start_bridge, held, eventually):
    running = start_bridge(selector=False, max_connections=8)
    asking = b"POST /gom/v1/svc/advertisement HTTP/1.1\r\nHost: localhost\r\nContent-Length: 46\r\n\r\n"
    busy = [held.enter_context(open_to(running.bridge.http_port, asking)) for _ in range(8)]
    await eventually(lambda: all(each.is_busy for each in running.ports[0]._connections), "eight requests")
    await eventually(lambda: len(running.ports[0]._connections) == 8, "eight requests")
    with open_to(running.bridge.http_port, WHOLE) as client:
        assert await asyncio.to_thread(answer_of, client) in (503, 0), "the kernel may drop what stood in a refusal"
    assert running.ports[0].turned_away == 1
    for client in busy:
        client.sendall(b'{"estimation": "20f", "devices": "deeplens9"}\n')
        assert await asyncio.to_thread(answer_of, client) == 400


async def test_websockets_are_no_idle_connections(start_bridge, connect, held):
    running = start_bridge(selector=False, max_clients=2)
    clients = [await connect(running) for _ in range(2)]
    for _ in range(2 * startup.MIN_CONNECTIONS + 10):
        held.enter_context(open_to(running.bridge.rosbridge_port, HALF))
    with open_to(running.bridge.rosbridge_port, WHOLE) as client:
        assert await asyncio.to_thread(answer_of, client) == 404
    for client in clients:
        await client.send(op="dance")
        assert (await client.next())["code"] == "unknown"


async def test_who_takes_nothing_of_a_film_is_cut_off_and_who_is_slow_is_not(
    start_bridge, monkeypatch, held, web, eventually
):
    monkeypatch.setattr(server, "STANDSTILL_S", 1.0)
    running = start_bridge(selector=False)
    film = (running.bridge._bridge.catalogue.media.catalogue.creatives["house"]).path
    film.write_bytes(film.read_bytes() + bytes(50_000_000))

    async def address():
        async with web.get(f"{running.http}/manifest.json") as answer:
            entries = (await answer.json())["creatives"]
        return next((each["url"] for each in entries if each["bytes"] > 50_000_000), None)

    request = f"GET {await eventually(address, 'the long film')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    clients = []
    for _ in range(2):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", running.bridge.http_port))
        client.settimeout(PATIENCE_S)
        client.sendall(request)
        clients.append(held.enter_context(client))
    slow, stuck = clients

    def at_work():
        return sum(each.is_busy for each in running.ports[0]._connections)

    await eventually(lambda: at_work() == 2, "both requests")

    def slow_alone():
        assert slow.recv(2000), "a slow one goes on"
        return at_work() == 1

    await eventually(slow_alone, "the end of the stuck one")
    assert len(slow.recv(2000)) > 0
    assert len(await asyncio.to_thread(read_to_end, stuck)) < 50_000_000


@contextmanager
def bridge_with_few_files(catalogue_file, page_dir, files):
    shell = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", sys.executable, "-c"]
    main = "from signage_bridge.node import main; main()"
    names = {"catalog": catalogue_file, "page_dir": page_dir, "http_port": 0, "rosbridge_port": 0}
    values = [word for name, value in names.items() for word in ("-p", f"{name}:={value}")]
    with ros_graph() as graph, ProgramUnderTest([*shell, main, "--ros-args", *values], graph.env) as program:
        program.ports = {
            "http_port": int(program.wait_for(r"http://\S+:(\d+)/", on_errors=True)[0][1]),
            "rosbridge_port": int(program.wait_for(r"ws://\S+:(\d+)/", on_errors=True)[0][1]),
        }
        yield program


@pytest.mark.parametrize("half", ["nothing", "half a head"])
def test_a_thousand_half_open_requests_where_few_files_may_be_open(catalogue_file, page_dir, held, half):
    startup.raise_file_limit()
    with bridge_with_few_files(catalogue_file, page_dir, 256) as program:
        for port in program.ports.values():
            for _ in range(1000):
                held.enter_context(open_to(port, HALVES[half]))
            with open_to(port, WHOLE) as client:
                assert answer_of(client) in (200, 404)
        assert "at most 256 files may be open" in program.errors
        assert program.process.poll() is None
        assert len(program.errors) < 10_000 and "Traceback" not in program.errors


def test_connections_are_accepted_again_once_files_are_free(catalogue_file, page_dir, held):
    """Something else has used the files up: that is told in a line a second, and over as soon as there are some."""
    with bridge_with_few_files(catalogue_file, page_dir, 1024) as program:
        pid = program.process.pid
        in_use = max(int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir()) + 1
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 2, 1024))
        for port in program.ports.values():
            for _ in range(30):
                held.enter_context(open_to(port, HALF))
        program.wait_for("no connection can be accepted: Too many open files", on_errors=True)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (1024, 1024))
        for port in program.ports.values():
            with open_to(port, WHOLE) as client:
                assert answer_of(client) in (200, 404)
        assert program.process.poll() is None
        assert len(program.errors) < 10_000 and "Traceback" not in program.errors


def test_log_lines_that_others_cause_are_few_and_hold_no_traceback():
    now_s, lines = [0.0], []
    with LibraryLogs(ThrottledLog(lines.append, lambda: now_s[0])):
        for name in LIBRARIES:
            for _ in range(1000):
                try:
                    raise ValueError("odd\ninput")
                except ValueError:
                    logging.getLogger(name).exception("Error handling request from %s", "192.0.2.1")
        now_s[0] = 1.5
        logging.getLogger("aiohttp.websocket").warning("Client protocols")
        logging.getLogger("asyncio").info("not told")
    assert (
        len(lines) == 2 and lines[1] == f"aiohttp.websocket: Client protocols ({1000 * len(LIBRARIES) - 1} more before)"
    )
    assert "ValueError at test_connections.py:" in lines[0] and "\n" not in lines[0]
    assert all(not logging.getLogger(name).handlers for name in LIBRARIES)


def test_mishaps_are_all_counted_and_told_once_a_second():
    lines = []
    mishaps = Mishaps(ThrottledLog(lines.append, lambda: 0.0))
    for _ in range(1000):
        mishaps.record("a client's message", ValueError("x" * 10_000))
    assert mishaps.count == 1000 and len(lines) == 1 and len(lines[0]) < 400


@pytest.mark.parametrize("files", [256, 1024, 4096, 16_384, 1_000_000])
@pytest.mark.parametrize("clients", [1, 512, 10_000])
def test_connections_never_take_all_files(files, clients):
    page, rosbridge = startup.share_of_files(files, Limits(clients=clients, connections=10_000))
    assert page >= 8 and rosbridge >= 8
    assert startup.FILES_OF_A_REQUEST * page + rosbridge + startup.RESERVED_FILES <= max(files, 256)


def test_the_file_limit_is_raised_as_far_as_the_system_allows():
    code = (
        "import resource; from signage_bridge.startup import raise_file_limit; "
        "files = raise_file_limit(); print(files, resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    with ProgramUnderTest(
        ["sh", "-c", f"ulimit -S -n 300; ulimit -H -n 2000; {sys.executable} -c '{code}'"]
    ) as program:
        assert program.wait() == 0
        assert json.loads(f"[{program.lines[0].replace(' ', ',')}]") == [2000, 2000]
