"""Two threads, one rule: what the server's thread owns no other one touches, and the graph is the node's."""

import asyncio
import functools
import inspect
import threading
from collections import defaultdict

import pytest
from rclpy.node import Node
from signage_bridge.bridge import Bridge
from signage_bridge.gateway import Gateway
from signage_bridge.health import GraphMonitor
from signage_bridge.reports import PlaybackReports
from signage_bridge.ros_link import RosLink
from signage_bridge.rosbridge.outbox import Outbox, TopicQueue
from signage_bridge.rosbridge.session import Session
from signage_bridge.rosbridge.state import SessionState
from signage_bridge.websocket import RosbridgeEndpoint
from signage_catalogue.serving import LiveCatalogue
from signage_common import ros_topics
from signage_msgs.msg import Presence
from std_msgs.msg import String

pytestmark = [pytest.mark.graph, pytest.mark.fault]
OF_THE_SERVER = (
    *(
        Bridge,
        Gateway,
        GraphMonitor,
        LiveCatalogue,
        Outbox,
        PlaybackReports,
        RosbridgeEndpoint,
        Session,
        SessionState,
        TopicQueue,
    ),
)
OF_THE_NODE = {
    Node: [
        "create_publisher",
        "create_subscription",
        "create_client",
        "destroy_subscription",
        "count_publishers",
        "get_publishers_info_by_topic",
        "get_topic_names_and_types",
        "get_service_names_and_types",
    ],
    RosLink: ["count_publishers", "find_services", "open_known"],
}
FOR_ALL = {
    Bridge: {"counted_topics", "journals"},  # never changes
    GraphMonitor: {"counted_topics"},
}


class Callers:
    """Which threads called which methods, while the bridge serves."""

    def __init__(self, monkeypatch):
        self.threads = defaultdict(set)
        self.is_recording = False
        self._monkeypatch = monkeypatch

    def watch(self, owner, names):
        for name in names:
            self._monkeypatch.setattr(owner, name, self._recording(owner, name, vars(owner)[name]))

    def _recording(self, owner, name, member):
        if isinstance(member, property):
            return property(self._recording(owner, name, member.fget), member.fset)

        def note():
            if self.is_recording:
                self.threads[owner].add((name, threading.current_thread().name))

        @functools.wraps(member)
        def call(*args, **kw):
            note()
            return member(*args, **kw)

        @functools.wraps(member)
        async def call_async(*args, **kw):
            note()
            return await member(*args, **kw)

        return call_async if inspect.iscoroutinefunction(member) else call


def methods(owner):
    names = [name for name, member in vars(owner).items() if callable(member) or isinstance(member, property)]
    return [name for name in names if name not in FOR_ALL.get(owner, ()) and not isinstance(vars(owner)[name], type)]


@pytest.fixture
def callers(monkeypatch):
    return Callers(monkeypatch)


async def use_everything(running, connect, web, eventually):
    """Have clients do all that they can, and the node all that it does by itself."""
    presence = running.probe.create_publisher(Presence, "presence", ros_topics.PRESENCE_QOS)
    weather = running.probe.create_publisher(String, "/weather", 10)
    await eventually(lambda: presence.get_subscription_count() == 1, "discovery")
    for number in range(4):
        client = await connect(running)
        for topic in ("ad", "presence", "/diagnostics", "/weather", "/unheard", "forbidden"):
            await client.send(op="subscribe", topic=topic, throttle_rate=number)
        await client.send(op="advertise", topic="/note", type="std_msgs/String")
        await client.send(op="publish", topic="/note", msg={"data": "hello"})
        await client.send(op="publish", topic="playback", msg={})
        await client.send(op="call_service", service="choose_ad", args={"device": "deeplens1"}, id="call")
        await client.send(op="call_service", service="record_playback", args={"playbacks": [{}]}, id="record")
        presence.publish(Presence())
        weather.publish(String(data="sun"))
        await client.next("service_response")
        await client.send(op="unsubscribe", topic="/weather")
        await client.send(op="unadvertise", topic="/note")
        await client.send(op="dance", id="end")
        while (await client.next()).get("id") != "end":
            pass
        await client.socket.close()
        for path in ("/health", "/config.json", "/manifest.json", "/nothing", "/media/nothing"):
            async with web.get(running.http + path) as answer:
                await answer.read()
    running.bridge._look_at_graph()


async def test_each_thread_touches_only_its_own(start_bridge, connect, web, eventually, callers, catalogue_file):
    for owner in OF_THE_SERVER:
        callers.watch(owner, methods(owner))
    for owner, names in OF_THE_NODE.items():
        callers.watch(owner, names)
    running = start_bridge(
        subscribe_topics=["ad, presence", "/diagnostics", "/weather", "/unheard"],
        publish_topics=["playback", "/note"],
        services=["choose_ad", "record_playback"],
    )
    callers.is_recording = True
    figures = running.bridge._bridge.figures
    catalogue_file.write_text(catalogue_file.read_text().replace("커피", "Tee"))
    await use_everything(running, connect, web, eventually)
    await eventually(lambda: running.bridge._bridge.figures.counts.refused > 4, "figures")
    assert running.bridge._health().values["refused"] > figures.counts.refused
    callers.is_recording = False
    assert not [owner for owner in OF_THE_SERVER if not callers.threads[owner]], "all have been used"
    assert not [call for owner in OF_THE_SERVER for call in callers.threads[owner] if call[1] != "server"]
    assert not [call for owner in OF_THE_NODE for call in callers.threads[owner] if call[1] == "server"]


async def test_clients_come_and_go_while_figures_and_diagnostics_are_read(running, connect):
    """With figures that another thread counts, this failed within a second: a dictionary changed while it was read."""
    done = threading.Event()
    failures = []

    def read():
        try:
            while not done.is_set():
                health = running.bridge._health()
                assert str(health.values) and health.message
        except BaseException as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(10):
            clients = await asyncio.gather(*(connect(running) for _ in range(20)))
            await asyncio.gather(*(client.send(op="subscribe", topic="ad", id=1) for client in clients))
            await asyncio.gather(*(client.send(op="subscribe", topic="presence", id=2) for client in clients))
            await asyncio.gather(*(client.next("publish") for client in clients))
            await asyncio.gather(*(client.socket.close() for client in clients))
    finally:
        done.set()
        reader.join()
    assert failures == []


async def test_figures_are_frozen(running):
    figures = running.bridge._bridge.figures
    with pytest.raises(AttributeError):
        figures.creatives = 0
    with pytest.raises(AttributeError):
        figures.counts.connected = 0
    with pytest.raises(AttributeError):
        figures.graph.nodes = {}
    assert running.bridge._bridge.figures.health().values == figures.health().values
