"""What a hostile or slow client can do to the others, over real sockets: nothing."""

import asyncio
import contextlib
import json
import socket

import psutil
import pytest
from aiohttp import WSMsgType, WSServerHandshakeError
from signage_common import ros_topics
from signage_common.process_testing import PATIENCE_S
from signage_msgs.msg import AdSelection, Presence

pytestmark = pytest.mark.graph
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture
def bridge(start_bridge):
    """A bridge without a selector, so that the test alone publishes."""
    return start_bridge(selector=False)


async def publisher_of(bridge, eventually, message_type, topic, qos):
    publisher = bridge.probe.create_publisher(message_type, topic, qos)
    await eventually(lambda: publisher.get_subscription_count() == 1, "discovery")
    return publisher


HOSTILE = {
    "no json": "{{{{",
    "deep": '{"op": "subscribe", "topic": ' + "[" * 30_000,
    "deep and well-formed": '{"op": "publish", "topic": "playback", "msg": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
    "braces": "{" * 1_600,
    "long": json.dumps({"op": "publish", "topic": "playback", "msg": {"detail": "x" * 100_000}}),
    "quotes": '{"a": "' + '\\"' * 30_000,
    "number": '{"op": ' + "9" * 50_000 + "}",
    "binary": b"\xff\xfe\xfd" * 1000,
    "forbidden": json.dumps({"op": "call_service", "service": "/rosapi/get_param_names"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_bad_input_is_answered_and_nobody_else_notices(bridge, connect, eventually, kind):
    ad = await publisher_of(bridge, eventually, AdSelection, "ad", ros_topics.AD_QOS)
    bad, good = await connect(bridge), await connect(bridge)
    await good.send(op="subscribe", topic="ad")
    data = HOSTILE[kind]
    for _ in range(10):
        await (bad.socket.send_bytes(data) if isinstance(data, bytes) else bad.socket.send_str(data))
        assert (await bad.next("status"))["level"] == "error"
    ad.publish(AdSelection(creative="house"))
    assert (await good.next())["msg"]["creative"] == "house"
    await bad.send(op="subscribe", topic="ad")
    assert (await bad.next("publish"))["msg"]["creative"] == "house"


async def test_a_message_far_too_long_ends_the_connection_with_a_reason(bridge, connect):
    client = await connect(bridge)
    await client.socket.send_str("x" * 300_000)
    message = await client.socket.receive(timeout=PATIENCE_S)
    assert (message.type, message.data) == (WSMsgType.CLOSE, 1009)


async def test_text_that_is_not_utf8_ends_the_connection_with_a_reason(bridge, connect):
    client = await connect(bridge)
    await client.socket._writer.send_frame(b"\xff\xff", WSMsgType.TEXT)
    message = await client.socket.receive(timeout=PATIENCE_S)
    assert (message.type, message.data) == (WSMsgType.CLOSE, 1007)


async def test_who_floods_is_disconnected_with_a_reason(bridge, connect):
    client = await connect(bridge)
    reason = None

    async def flood():
        for _ in range(5000):
            await client.send(op="dance")

    flooding = asyncio.create_task(flood())
    while reason is None:
        message = await client.socket.receive(timeout=PATIENCE_S)
        if message.type is not WSMsgType.TEXT:
            reason = (message.data, message.extra)
    flooding.cancel()
    await asyncio.gather(flooding, return_exceptions=True)
    assert reason == (1008, "too many messages")


FLOODS = {
    "pings": b"\x89\x80mask",
    "long pings": b"\x89\xfdmask" + b"x" * 125,
    "pongs": b"\x8a\x80mask",
    "empty pieces": b"\x00\x80mask",
    "empty texts": b"\x81\x80mask",
    "texts of one byte in pieces": b"\x01\x81mask\x00\x80\x80mask",
}


async def upgraded(port, data=b""):
    """Return reader and writer of a WebSocket that sends ``data`` together with its request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HANDSHAKE + data)
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def close_code(received):
    """Return the code of the close frame at the end of what was received, pongs before it; None if there is none."""
    while received:
        length = received[1] & 0x7F
        if received[0] == 0x88:
            return int.from_bytes(received[2:4], "big")
        received = received[2 + length :]
    return None


@pytest.mark.fault
@pytest.mark.parametrize("with_request", [False, True], ids=["", "with the request"])
@pytest.mark.parametrize("kind", FLOODS)
async def test_who_floods_with_frames_is_disconnected_and_nobody_else_waits(bridge, connect, kind, with_request):
    good = await connect(bridge)
    flood = FLOODS[kind] * 20_000
    if kind == "empty pieces":
        flood = b"\x01\x80mask" + flood
    reader, writer = await upgraded(bridge.bridge.rosbridge_port, flood if with_request else b"")

    async def send():
        for _ in range(50):
            writer.write(flood)
            await writer.drain()

    sending = asyncio.create_task(send())
    received = b""
    answers = 0
    while True:
        reading = asyncio.create_task(reader.read(65536))
        while not reading.done():
            await good.send(op="dance")
            await good.next("status")
            answers += 1
            await asyncio.sleep(0.02)
        if not (data := await _or_nothing(reading)):
            break
        received += data
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    writer.close()
    assert answers > 0
    assert close_code(received) in (1008, None), "or the kernel dropped the close frame with what was never read"
    await good.send(op="subscribe", topic="nothing")
    assert (await good.next())["code"] == "not_allowed"


async def _or_nothing(reading):
    try:
        return await reading
    except ConnectionError:
        return b""


@pytest.mark.fault
async def test_a_flood_of_pings_is_told_why_it_ends(bridge):
    reader, writer = await upgraded(bridge.bridge.rosbridge_port)
    writer.write(FLOODS["pongs"] * 2001)
    received = await reader.read(65536)
    assert received == b"\x88\x13" + (1008).to_bytes(2, "big") + b"too many messages"
    writer.close()


async def test_pings_are_answered(bridge):
    reader, writer = await upgraded(bridge.bridge.rosbridge_port, b"\x89\x85mask" + bytes(5))
    assert await reader.readexactly(7) == b"\x8a\x05mask" + bytes([ord("m")])
    writer.close()


@pytest.mark.fault
@pytest.mark.parametrize(
    "head",
    [
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 99\r\n",
        b"Sec-WebSocket-Version: 13\r\n",
        b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n",
        b"Sec-WebSocket-Key: \xff\xfe\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: 커피커피커피커피커피커피\r\nSec-WebSocket-Version: 13\r\n".encode(),
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nOrigin: \xff\r\n",
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://[::1\r\n",
    ],
)
async def test_a_handshake_that_is_none_gets_one_line(bridge, head):
    request = HANDSHAKE.partition(b"Sec-")[0] + head + b"\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", bridge.bridge.rosbridge_port)
    writer.write(request)
    answer = (await reader.readuntil(b"}")).decode()
    assert answer.split()[1] in ("400", "403") and "Server: signage_bridge" in answer and "aiohttp" not in answer
    writer.close()


@pytest.mark.fault
@pytest.mark.parametrize(
    "frame",
    [b"\xf1\x80mask", b"\x83\x80mask", b"\x8f\x80mask", b"\x09\x80mask", b"\x89\xfe\x00\xffmask", b"\x88\x81maskx",
     b"\x88\x82mask\x6d\x60", b"\x80\x80mask", b"\x81\xff" + b"\xff" * 8 + b"mask"],
    ids=["reserved bits", "reserved data", "reserved control", "ping in pieces", "ping too long", "half a code",
         "code without meaning", "piece of nothing", "length without end"],
)  # fmt: skip
async def test_frames_against_the_protocol_end_their_connection_alone(bridge, connect, frame):
    good = await connect(bridge)
    reader, writer = await upgraded(bridge.bridge.rosbridge_port)
    writer.write(frame)
    assert close_code(await reader.read(65536)) in (1002, 1009)
    writer.close()
    await good.send(op="dance")
    assert (await good.next())["code"] == "unknown"
    assert bridge.bridge._bridge._mishaps.count == 0


async def test_no_more_clients_than_allowed(start_bridge, connect):
    bridge = start_bridge(selector=False, max_clients=2)
    first = await connect(bridge)
    await connect(bridge)
    with pytest.raises(WSServerHandshakeError) as error:
        await connect(bridge)
    assert error.value.status == 503
    await first.socket.close()
    await connect(bridge)


async def test_a_plain_request_is_told_what_is_here(bridge, web):
    async with web.get(bridge.ws.replace("ws:", "http:")) as answer:
        assert answer.status == 426 and "rosbridge" in await answer.text()
    async with web.get(bridge.ws.replace("ws:", "http:") + "other") as answer:
        assert answer.status == 404


async def raw_client(bridge, status=b"101"):
    """Return reader and writer of a connection that has been upgraded, or refused with a status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bridge.bridge.rosbridge_port)
    writer.write(HANDSHAKE)
    assert status in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def stuck_client(bridge, *topics):
    """Return a socket that subscribes and then never reads."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", bridge.bridge.rosbridge_port))
    reader.sendall(HANDSHAKE)
    assert b"101" in await asyncio.to_thread(reader.recv, 1000)
    for topic in topics:
        text = json.dumps({"op": "subscribe", "topic": topic}).encode()
        reader.sendall(b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text)
    return reader


async def test_a_client_that_never_reads_costs_bounded_memory_and_delays_nobody(bridge, connect, eventually, web):
    presence = await publisher_of(bridge, eventually, Presence, "presence", ros_topics.PRESENCE_QOS)
    ad = await publisher_of(bridge, eventually, AdSelection, "ad", ros_topics.AD_QOS)
    good = await connect(bridge)
    await good.send(op="subscribe", topic="presence")
    await good.send(op="subscribe", topic="ad")
    stuck = [await stuck_client(bridge, "presence", "ad") for _ in range(3)]

    async def health():
        async with web.get(f"{bridge.http}/health") as answer:
            return await answer.json()

    async def all_are_connected():
        return (await health())["clients"] == 4

    await eventually(all_are_connected, "connections")
    memory = psutil.Process()
    before = None
    for number in range(600):
        presence.publish(Presence(episode="x" * 20_000 + str(number)))
        ad.publish(AdSelection(reason="y" * 20_000, creative=str(number)))
        messages = [await good.next(), await good.next()]
        assert {message["topic"] for message in messages} == {"presence", "ad"}
        if number == 200:
            before = memory.memory_info().rss
    assert memory.memory_info().rss - before < 8_000_000
    assert (await health())["messages"]["dropped"] > 1000
    for reader in stuck:
        reader.close()


async def test_a_slow_reader_finds_the_newest_ad_when_it_reads_again(bridge, connect, eventually):
    ad = await publisher_of(bridge, eventually, AdSelection, "ad", ros_topics.AD_QOS)
    reader = await stuck_client(bridge, "ad")
    good = await connect(bridge)
    await good.send(op="subscribe", topic="ad")
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 2, "connections")
    for number in range(300):
        ad.publish(AdSelection(reason="y" * 5_000, creative=f"n{number}"))
        assert (await good.next())["msg"]["creative"] == f"n{number}"
    received = b""
    reader.settimeout(10)
    while b'"creative":"n299"' not in received:
        received += await asyncio.to_thread(reader.recv, 1 << 20)
    count = received.count(b'"op":"publish"')
    assert count < 150, "most of what was old was never sent"
    reader.close()


async def test_who_does_not_answer_a_ping_is_disconnected(start_bridge, eventually):
    bridge = start_bridge(selector=False, heartbeat_s=1.0)
    reader = await stuck_client(bridge, "ad")
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 1, "connection")
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 0, "end of the connection")
    reader.close()


@pytest.mark.fault
async def test_who_drips_a_message_instead_of_answering_is_disconnected(start_bridge, eventually):
    bridge = start_bridge(selector=False, heartbeat_s=1.0)
    _, writer = await raw_client(bridge)
    writer.write(b"\x81\xfe\x7f\xff\0\0\0\0")

    async def drip():
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.1)

    dripping = asyncio.create_task(drip())
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 1, "connection")
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 0, "end of the connection")
    dripping.cancel()
    writer.close()


@pytest.mark.fault
async def test_clients_for_whom_there_is_no_room_are_counted_and_the_connection_ends(start_bridge, eventually, web):
    bridge = start_bridge(selector=False, max_clients=1)
    _, first = await raw_client(bridge)
    await eventually(lambda: bridge.bridge._bridge.figures.counts.connected == 1, "connection")
    reader, second = await raw_client(bridge, status=b"503")
    assert b"more than 1 clients" in await reader.read()
    await eventually(lambda: bridge.bridge._bridge.figures.turned_away == 1, "count")
    full = "no room for another client: max_clients is 1"
    assert full in bridge.bridge._bridge.figures.health().message
    async with web.get(f"{bridge.http}/health") as answer:
        assert answer.status == 503 and full in (await answer.json())["problems"]
    first.close()
    await eventually(lambda: full not in bridge.bridge._bridge.figures.health().message, "room")
    second.close()
