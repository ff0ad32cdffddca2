import asyncio
import json

import pytest
from signage_bridge.errors import OperationError
from signage_bridge.gateway import Gateway
from signage_bridge.playback import PlaybackRules
from signage_bridge.policy import make_policy
from signage_bridge.reports import PlaybackReports
from signage_bridge.rosbridge.limits import Limits

REPORT = {
    "stamp": {"sec": 10**9},
    "screen": "lobby",
    "device": "deeplens1",
    "play_id": "p1",
    "creative": "house",
    "event": 1,
}


class Ros:
    """A ROS side in memory; it waits in ``open_topic`` until it is told to go on."""

    def __init__(self):
        self.open, self.published = [], []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def open_topic(self, topic, type_name):
        await self.go_on.wait()
        if type_name == "std_msgs/msg/Wrong":
            raise OperationError("no such type")
        self.open.append(topic)
        return topic == "/kept"

    def close_topic(self, topic):
        self.open.remove(topic)

    async def open_publisher(self, topic, type_name):
        if type_name == "std_msgs/msg/Wrong":
            raise OperationError("no such type")

    def check(self, type_name, values):
        return ["detail"]

    def publish(self, topic, type_name, values):
        self.published.append((topic, values))
        return ["detail"]

    async def call_service(self, service, type_name, args, timeout_s=None, compression=None):
        return {"success": True, "message": "", "refused": [""] * len(args.get("playbacks", []))}


class Content:
    def to_json(self):
        return {"data": 1}


class Fixture:
    def __init__(self):
        self.ros = Ros()
        topics, services = ["ad", "/kept", "/weather"], ["choose_ad", "record_playback"]
        policy = make_policy(["deeplens1"], topics, ["playback", "/note"], services)
        self.unexpected = []
        on_unexpected = lambda doing, error: self.unexpected.append((doing, str(error)))  # noqa: E731
        rules = PlaybackRules(["house"], ["deeplens1"])
        reports = PlaybackReports(self.ros, lambda: rules, False, lambda: 0.0, lambda: 10**18, str)
        self.gateway = Gateway(policy, Limits(), self.ros, lambda: 0.0, reports, on_unexpected)
        self.gateway.add_permanent_topic("/deeplens1/ad", keeps_newest=True)

    def connect(self):
        self.woken = 0

        def wake():
            self.woken += 1

        return self.gateway.connect(wake)

    async def do(self, client, text):
        for command in self.gateway.receive(client, text):
            await self.gateway.execute(client, command)

    def sent(self, client):
        messages = []
        while (payload := client.session.to_send(0.0)) is not None:
            messages.append(payload.data)
        return messages


@pytest.fixture
async def fixture():
    return Fixture()


async def test_the_newest_ad_is_kept_for_late_subscribers(fixture):
    fixture.gateway.deliver("/deeplens1/ad", Content())
    client = fixture.connect()
    await fixture.do(client, '{"op": "subscribe", "topic": "ad"}')
    assert len(fixture.sent(client)) == 1 and fixture.woken > 0


async def test_a_topic_is_open_as_long_as_a_client_wants_it(fixture):
    first, second = fixture.connect(), fixture.connect()
    for client in (first, second):
        await fixture.do(client, '{"op": "subscribe", "topic": "/weather"}')
    assert fixture.ros.open == ["/weather"]
    await fixture.do(first, '{"op": "unsubscribe", "topic": "/weather"}')
    assert fixture.ros.open == ["/weather"]
    fixture.gateway.disconnect(second)
    assert fixture.ros.open == []
    fixture.gateway.deliver("/weather", Content())
    assert fixture.sent(first) == []


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_client_that_leaves_while_a_topic_is_opened(fixture, leaves):
    fixture.ros.go_on.clear()
    client = fixture.connect()
    subscribing = asyncio.create_task(fixture.do(client, '{"op": "subscribe", "topic": "/weather"}'))
    await asyncio.sleep(0)
    if leaves:
        fixture.gateway.disconnect(client)
    else:
        await fixture.do(client, '{"op": "unsubscribe", "topic": "/weather"}')
    fixture.ros.go_on.set()
    await subscribing
    assert fixture.ros.open == []


async def test_what_ros_refuses_is_told_and_undone(fixture):
    client = fixture.connect()
    await fixture.do(client, '{"op": "subscribe", "topic": "/weather", "type": "std_msgs/Wrong", "id": 1}')
    await fixture.do(client, '{"op": "advertise", "topic": "/note", "type": "std_msgs/Wrong", "id": 2}')
    assert ['"id":1' in text or '"id":2' in text for text in fixture.sent(client)] == [True, True]
    assert client.session.topics == set()


async def test_a_kept_topic_of_the_graph(fixture):
    first, late = fixture.connect(), fixture.connect()
    await fixture.do(first, '{"op": "subscribe", "topic": "/kept"}')
    fixture.gateway.deliver("/kept", Content())
    await fixture.do(late, '{"op": "subscribe", "topic": "/kept"}')
    assert fixture.sent(first) == fixture.sent(late) != []


async def test_messages_are_checked_before_they_are_published(fixture):
    client = fixture.connect()
    await fixture.do(client, '{"op": "set_level", "level": "info"}')
    fixture.sent(client)
    await fixture.do(client, json.dumps({"op": "publish", "topic": "playback", "msg": {**REPORT, "event": 9}}))
    assert fixture.ros.published == [] and "playback field event" in fixture.sent(client)[0]
    await fixture.do(client, json.dumps({"op": "publish", "topic": "playback", "msg": REPORT}))
    assert fixture.ros.published == [("/deeplens1/playback", REPORT)]
    warning, info = fixture.sent(client)
    assert "detail" in warning and '"level":"info"' in info


async def test_a_report_reaches_the_graph_whichever_way_it_comes(fixture):
    client = fixture.connect()
    args = {"playbacks": [REPORT, {**REPORT, "event": 9}]}
    call = {"op": "call_service", "service": "/deeplens1/record_playback", "args": args, "id": "r"}
    await fixture.do(client, json.dumps(call))
    response = json.loads(fixture.sent(client)[0])
    assert (response["id"], response["result"], response["values"]["success"]) == ("r", True, True)
    assert [bool(reason) for reason in response["values"]["refused"]] == [False, True]
    assert fixture.ros.published == [("/deeplens1/playback", REPORT)]


async def test_figures_outlive_the_clients(fixture):
    client = fixture.connect()
    await fixture.do(client, '{"op": "subscribe", "topic": "ad"}')
    await fixture.do(client, '{"op": "dance"}')
    for _ in range(5):
        fixture.gateway.deliver("/deeplens1/ad", Content())
    before = fixture.gateway.counts()
    assert (before.connected, before.delivered, before.dropped, before.refused) == (1, 5, 4, 1)
    fixture.gateway.disconnect(client)
    after = fixture.gateway.counts()
    assert (after.connected, after.delivered, after.dropped, after.refused) == (0, 5, 4, 1)


async def test_what_comes_while_a_topic_is_opened_reaches_all_who_wait_for_it(fixture):
    fixture.ros.go_on.clear()
    clients = [fixture.connect(), fixture.connect()]
    subscribe = '{"op": "subscribe", "topic": "/kept"}'
    subscribing = [asyncio.create_task(fixture.do(client, subscribe)) for client in clients]
    await asyncio.sleep(0)
    fixture.gateway.deliver("/kept", Content())
    fixture.ros.go_on.set()
    await asyncio.gather(*subscribing)
    assert fixture.ros.open == ["/kept"]
    assert [len(fixture.sent(client)) for client in clients] == [1, 1]
