"""The real node in a real graph beside the real selector, seen through its two ports by raw clients."""

import asyncio
import time

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from cbor2 import CBORTag
from rclpy.qos import QoSProfile
from rclpy.serialization import deserialize_message
from signage_bridge.gateway import Gateway
from signage_common import ros_topics
from signage_common.process_testing import PATIENCE_S
from signage_msgs.msg import AdPlayback, Presence
from std_msgs.msg import String

pytestmark = pytest.mark.graph

AD = "/deeplens1/ad"


def report(**fields):
    now_s = int(time.time())
    return {
        "stamp": {"sec": now_s, "nanosec": 0},
        "screen": "lobby",
        "device": "deeplens1",
        "play_id": "p1",
        "creative": "커피",
        "campaign": "spring",
        "episode": "",
        "event": 1,
        "detail": "",
        **fields,
    }


async def test_a_late_subscriber_gets_the_current_ad_at_once(running, connect):
    first = await connect(running)
    await first.send(op="subscribe", topic="ad", type="signage_msgs/AdSelection")
    message = await first.next()
    assert message["topic"] == "ad" and message["msg"]["creative"] == "house" and message["msg"]["fallback"] is True
    late = await connect(running)
    await late.send(op="subscribe", topic=AD, type="signage_msgs/msg/AdSelection")
    assert (await late.next())["msg"] == message["msg"]


def plain(value):
    """Return a value as JSON has it: of CBOR's typed arrays, those of uint32 are here (RFC 8746)."""
    return list(memoryview(value.value).cast("I")) if isinstance(value, CBORTag) else value


async def test_messages_reach_every_client_in_the_form_it_asked_for(running, connect, eventually):
    publisher = running.probe.create_publisher(Presence, "presence", ros_topics.PRESENCE_QOS)
    forms = ["none", "cbor", "cbor-raw"]
    clients = {form: await connect(running) for form in forms}
    for form, client in clients.items():
        await client.send(op="subscribe", topic="presence", compression=form)
        await client.send(op="dance")
        await client.next("status")
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")
    sent = Presence(device="deeplens1", episode="e", event=Presence.STARTED, watchers=2, estimation="20f", dwell_s=0.5)
    publisher.publish(sent)
    received = {form: (await client.next())["msg"] for form, client in clients.items()}
    assert received["none"] == {name: plain(value) for name, value in received["cbor"].items()}
    assert received["none"]["watchers"] == 2 and received["none"]["stamp"] == {"sec": 0, "nanosec": 0}
    assert deserialize_message(received["cbor-raw"]["bytes"], Presence) == sent
    assert abs(received["cbor-raw"]["secs"] - time.time()) < 60


@pytest.mark.parametrize("topic", ["faces", "/deeplens1/image_raw/compressed", "/rosout", "/deeplens2/ad"])
async def test_no_other_topic_is_reached(running, connect, topic):
    client = await connect(running)
    await client.send(op="subscribe", topic=topic, id="s")
    status = await client.next()
    assert (status["op"], status["level"], status["id"]) == ("status", "error", "s")
    assert running.probe.count_subscribers("/deeplens1/faces") == 1, "only the selector's"


async def test_diagnostics_of_the_graph_are_seen(running, connect):
    client = await connect(running)
    await client.send(op="subscribe", topic="/diagnostics", type="diagnostic_msgs/DiagnosticArray")
    names = set()
    while len(names) < 2:
        names.update(status["name"] for status in (await client.next())["msg"]["status"])
    assert names == {"deeplens1/ad_selector: health", "deeplens1/signage_bridge: health"}


async def test_a_playback_report_reaches_the_graph_and_is_acknowledged(running, connect, eventually):
    heard = []
    running.probe.create_subscription(AdPlayback, "playback", heard.append, ros_topics.PLAYBACK_QOS)
    await eventually(lambda: running.probe.count_publishers("/deeplens1/playback"), "discovery")
    client = await connect(running)
    await client.send(op="set_level", level="info")
    await client.send(op="advertise", topic="playback", type="signage_msgs/AdPlayback")
    await client.send(op="publish", topic="playback", msg=report(detail="한"), id="p")
    while (status := await client.next("status")).get("id") != "p":
        pass
    assert status["level"] == "info"
    await eventually(lambda: heard, "report")
    assert (heard[0].creative, heard[0].event, heard[0].detail, heard[0].screen) == ("커피", 1, "한", "lobby")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (report(creative="unheard-of"), "creative of the catalogue"),
        (report(event=9), "event"),
        (report(stamp={"sec": 0, "nanosec": 0}), "stamp"),
        (report(extra=1), "no field extra in AdPlayback"),
        (report(stamp={"sec": int(time.time()), "nanosec": -1}), "stamp.nanosec"),
        ({}, "screen"),
    ],
)
async def test_a_wrong_report_is_refused_and_does_not_reach_the_graph(running, connect, eventually, message, words):
    heard = []
    running.probe.create_subscription(AdPlayback, "playback", heard.append, ros_topics.PLAYBACK_QOS)
    await eventually(lambda: running.probe.count_publishers("/deeplens1/playback"), "discovery")
    client = await connect(running)
    await client.send(op="publish", topic="playback", msg=message, id="wrong")
    status = await client.next()
    assert (status["level"], status["id"]) == ("error", "wrong") and words in status["msg"]
    await client.send(op="publish", topic="/deeplens1/playback", msg=report(play_id="right"))
    await eventually(lambda: heard, "the right report")
    assert [playback.play_id for playback in heard] == ["right"]


async def test_every_report_of_a_burst_is_answered(running, connect):
    client = await connect(running)
    await client.send(op="set_level", level="info", id="level")
    for number in range(250):
        await client.send(op="publish", topic="playback", msg=report(play_id=str(number)), id=number)
    await client.send(op="set_level", level="info", id="end")
    answers = {}
    while "end" not in answers:
        status = await client.next("status")
        answers[status["id"]] = status
    assert set(answers) == {"level", "end", *range(250)}
    refused = [number for number in range(250) if answers[number]["level"] == "error"]
    assert 10 < len(refused) <= 50 and all("too many messages" in answers[number]["msg"] for number in refused)


async def test_missing_fields_are_a_warning(running, connect):
    client = await connect(running)
    await client.send(op="set_level", level="warning")
    message = report()
    del message["detail"]
    await client.send(op="publish", topic="playback", msg=message, id="p")
    status = await client.next()
    assert (status["level"], status["id"]) == ("warning", "p") and "detail" in status["msg"]


async def test_no_service_is_reached_by_default_and_an_allowed_one_answers(start_bridge, connect):
    running = start_bridge(services=["choose_ad"])
    client = await connect(running)
    await client.send(op="call_service", service="/deeplens1/ad_selector/get_parameters", args={"names": []}, id="no")
    assert (await client.next("service_response"))["result"] is False
    await client.send(op="call_service", service="choose_ad", args={"estimation": "20f", "device": "deeplens1"}, id="c")
    response = await client.next("service_response")
    assert (response["id"], response["service"], response["result"]) == ("c", "choose_ad", True)
    assert response["values"]["success"] and response["values"]["selection"]["creative"] == "커피"
    await client.send(op="call_service", service="choose_ad", args={"watchers": -1}, id="d")
    response = await client.next("service_response")
    assert response["result"] is False and "watchers" in response["values"]


async def test_a_service_that_is_away_is_told(start_bridge, connect):
    running = start_bridge(selector=False, services=["choose_ad"])
    client = await connect(running)
    await client.send(op="call_service", service="choose_ad", id="c")
    response = await client.next("service_response")
    assert response["result"] is False and "is not there" in response["values"]


async def test_a_topic_that_the_operator_adds_is_open_while_somebody_wants_it(start_bridge, connect, eventually):
    running = start_bridge(subscribe_topics=["ad, faces", "/weather", "/unheard"])
    latched = QoSProfile(depth=1, durability=ros_topics.AD_QOS.durability)
    publisher = running.probe.create_publisher(String, "/weather", latched)
    publisher.publish(String(data="sun"))
    await eventually(lambda: running.bridge.count_publishers("/weather"), "discovery")
    clients = [await connect(running) for _ in range(2)]
    for client in clients:
        await client.send(op="subscribe", topic="/weather")
        assert (await client.next())["msg"] == {"data": "sun"}
    for client in clients:
        await client.send(op="unsubscribe", topic="/weather")
    await eventually(lambda: publisher.get_subscription_count() == 0, "end of the subscription")
    await clients[0].send(op="subscribe", topic="/unheard", id="u")
    assert "expected the type of /unheard" in (await clients[0].next())["msg"]
    await clients[0].send(op="subscribe", topic="/unheard", type="no_msgs/String", id="u")
    assert "type no_msgs/msg/String is not installed" in (await clients[0].next())["msg"]


async def test_a_publisher_that_comes_late_is_heard_whatever_its_quality(start_bridge, connect, eventually):
    running = start_bridge(subscribe_topics=["/weather"])
    client = await connect(running)
    await client.send(op="subscribe", topic="/weather", type="std_msgs/String")
    await eventually(lambda: running.probe.count_subscribers("/weather"), "subscription")
    publisher = running.probe.create_publisher(String, "/weather", ros_topics.IMAGE_QOS)
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")
    publisher.publish(String(data="rain"))
    assert (await client.next())["msg"] == {"data": "rain"}


async def test_a_topic_that_the_operator_lets_clients_publish(start_bridge, connect, eventually):
    running = start_bridge(publish_topics=["playback", "/note"])
    heard = []
    running.probe.create_subscription(String, "/note", heard.append, 10)
    client = await connect(running)
    await client.send(op="advertise", topic="/note", type="std_msgs/String", id="a")
    await eventually(lambda: running.probe.count_publishers("/note"), "discovery")
    await client.send(op="publish", topic="/note", msg={"data": "hello"})
    await eventually(lambda: heard, "note")
    assert heard[0].data == "hello"


async def come_and_go(running, connect, publisher):
    clients = [await connect(running) for _ in range(20)]
    for number, client in enumerate(clients):
        await client.send(op="subscribe", topic="presence")
        await client.send(op="subscribe", topic="ad", compression="cbor")
        if number % 2:
            await client.send(op="unsubscribe", topic="presence")
    publisher.publish(Presence())
    for number, client in enumerate(clients):
        if number % 3:
            client.socket._response.connection.transport.abort()
        else:
            await client.next()
            await client.socket.close()


async def test_clients_come_and_go(running, connect, eventually):
    publisher = running.probe.create_publisher(Presence, "presence", ros_topics.PRESENCE_QOS)
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")
    for _ in range(5):
        await come_and_go(running, connect, publisher)
    await eventually(lambda: running.bridge._bridge.figures.counts.connected == 0, "end of all connections")
    client = await connect(running)
    await client.send(op="subscribe", topic="ad")
    assert (await client.next())["msg"]["creative"] == "house"


async def test_a_stopping_bridge_says_goodbye(start_bridge, connect):
    running = start_bridge()
    client = await connect(running)
    await client.send(op="subscribe", topic="ad")
    await client.next()
    stopping = asyncio.get_running_loop().run_in_executor(None, running.bridge._server.stop)
    message = await client.socket.receive(timeout=PATIENCE_S)
    assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 1001, "the bridge stops")
    await client.socket.close()
    await stopping


async def test_another_server_may_have_rosbridge(start_bridge, web, eventually):
    running = start_bridge(serve_rosbridge=False, rosbridge_port=9091)
    async with web.get(f"{running.http}/config.json") as answer:
        assert (await answer.json())["rosbridge_port"] == 9091
    with pytest.raises(OSError):
        await web.ws_connect(running.ws)


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "http://127.0.0.1:{port}"}, True),
        ({"Origin": "http://localhost:{port}"}, True),
        ({"Origin": "https://sign.example"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://localhost:1"}, False),
        ({"Origin": "null"}, False),
        ({"Host": "evil.example:9090"}, False),
        ({"Host": "sign.example"}, True),
    ],
)
async def test_who_may_connect(start_bridge, connect, headers, allowed):
    running = start_bridge(selector=False, allowed_origins=["https://sign.example"], allowed_hosts=["sign.example"])
    headers = {name: value.format(port=running.bridge.http_port) for name, value in headers.items()}
    if allowed:
        await connect(running, headers=headers)
        return
    with pytest.raises(WSServerHandshakeError) as error:
        await connect(running, headers=headers)
    assert error.value.status == 403


@pytest.mark.fault
@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://sign.example", "sign.example", True),
        ("https://sign.example", "sign.example:9090", True),
        ("https://sign.example", "127.0.0.1:9090", True),
        ("http://sign.example", "127.0.0.1:9090", False),
        ("https://sign.example.evil.example", "sign.example", False),
        ("https://sign.example", "evil.example", False),
    ],
)
async def test_the_public_address_opens_both_ports_and_nothing_else(start_bridge, connect, web, origin, host, allowed):
    running = start_bridge(selector=False, public_url="https://sign.example/")
    headers = {"Origin": origin, "Host": host}
    if allowed:
        await connect(running, headers=headers)
    else:
        with pytest.raises(WSServerHandshakeError):
            await connect(running, headers=headers)
    async with web.post(f"{running.http}/gom/v1/svc/advertisement", headers=headers, json={}) as answer:
        assert answer.status == (400 if allowed else 403)
    async with web.get(running.http, headers={"Host": "127.0.0.1"}) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert f"wss://sign.example:{running.bridge.rosbridge_port}" in policy


@pytest.mark.fault
async def test_what_can_not_be_had_now_may_be_asked_for_again(start_bridge, connect):
    running = start_bridge(selector=False, services=["choose_ad"])
    client = await connect(running)
    await client.send(op="call_service", service="choose_ad", id="c")
    assert (await client.next("status"))["code"] == "unavailable"


@pytest.mark.fault
async def test_an_error_that_nobody_foresaw_is_answered_counted_and_told(running, connect, web, monkeypatch, capfd):
    """The one thing here that is not real: no input is known that brings such an error about."""

    def fail(*args):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(running.bridge._bridge, "_take_figures", fail)
    monkeypatch.setattr(Gateway, "_publish", fail)
    client = await connect(running)
    for number in range(3):
        await client.send(op="publish", topic="playback", msg=report(), id=number)
        status = await client.next("status")
        assert (status["id"], status["code"], status["msg"]) == (number, "internal", "internal error")
        async with web.get(f"{running.http}/health") as answer:
            assert (answer.status, await answer.json()) == (500, {"error": "internal error"})
    await client.send(op="subscribe", topic="ad")
    assert (await client.next("publish"))["msg"]["creative"] == "house"
    assert running.bridge._bridge._mishaps.count == 6
    logged = capfd.readouterr().err
    assert "unexpected: Publish: ZeroDivisionError at test_node.py:" in logged and "Traceback" not in logged
