import asyncio
import inspect
import json
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cbor2
import pytest
from ad_selector.node import AdSelectorNode
from aiohttp import ClientSession, ClientTimeout, WSMsgType
from rclpy.node import Node
from signage_bridge.node import SignageBridgeNode
from signage_catalogue.testing import catalogue_file
from signage_common.ros_testing import PATIENCE_S, Graph, ros_graph

__all__ = ["catalogue_file"]
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def page_dir(tmp_path):
    """A page with one asset and files that must not be served."""
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>sign</title>")
    (folder / "operator.html").write_text("<!doctype html><title>operator</title>")
    (folder / "assets" / "app-1a2b3c4d.js").write_text("export {}\n")
    (folder / "notes.xyz").write_text("secret")
    (folder / ".hidden.html").write_text("secret")
    (tmp_path / "outside.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "outside.html")
    return folder


@dataclass
class Running:
    """A running bridge beside a real selector, spun in a thread of its own."""

    graph: Graph
    bridge: SignageBridgeNode
    probe: Node

    @property
    def ports(self):
        """The ports of page and rosbridge."""
        return self.bridge._bridge._ports

    @property
    def http(self):
        return f"http://127.0.0.1:{self.bridge.http_port}"

    @property
    def ws(self):
        return f"ws://127.0.0.1:{self.bridge.rosbridge_port}/"


@contextmanager
def spinning(graph):
    """Spin the nodes of a graph in a thread."""
    done = threading.Event()

    def spin():
        while not done.is_set():
            graph.executor.spin_once(timeout_sec=0.05)

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def start_bridge(catalogue_file, page_dir):
    """Start a bridge with parameters, and a selector unless it is not wanted."""
    with ExitStack() as stack:

        def start(selector=True, **params):
            graph = stack.enter_context(ros_graph())
            common = {"catalog": str(catalogue_file)}
            ports = {"http_port": 0, "rosbridge_port": 0, "page_dir": str(page_dir)}
            bridge = graph.add(SignageBridgeNode, params={**common, **ports, **params}, namespace="deeplens1")
            if selector:
                graph.add(AdSelectorNode, params=common, namespace="deeplens1")
            probe = graph.probe()
            stack.enter_context(spinning(graph))
            return Running(graph, bridge, probe)

        yield start


@pytest.fixture
def running(start_bridge):
    return start_bridge()


class Socket:
    """A raw rosbridge client."""

    def __init__(self, socket):
        self.socket = socket

    async def send(self, **message):
        await self.socket.send_str(json.dumps(message))

    async def next(self, op=None):
        """Return the next message, or the next one with an op."""
        while True:
            message = await self.socket.receive(timeout=PATIENCE_S)
            assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY), message
            decoded = json.loads(message.data) if message.type is WSMsgType.TEXT else cbor2.loads(message.data)
            if op in (None, decoded["op"]):
                return decoded


@pytest.fixture
async def web():
    async with ClientSession(timeout=ClientTimeout(total=PATIENCE_S), auto_decompress=False) as session:
        yield session


@pytest.fixture
async def connect(web):
    """Connect raw rosbridge clients."""
    sockets = []

    async def connect(running, **options):
        sockets.append(await web.ws_connect(running.ws, max_msg_size=0, **options))
        return Socket(sockets[-1])

    yield connect
    for socket in sockets:
        await socket.close()


async def eventually(happened, what="event"):
    """Wait until something is true, which may have to be awaited itself; return it."""
    for _ in range(round(PATIENCE_S / 0.02)):
        answer = happened()
        if answer := await answer if inspect.isawaitable(answer) else answer:
            return answer
        await asyncio.sleep(0.02)
    raise TimeoutError(f"{what} did not come within {PATIENCE_S} s")


@pytest.fixture(name="eventually")
def eventually_fixture():
    return eventually
