"""Limits that are set while the node runs, as ros2 param set and rqt_reconfigure do it."""

import asyncio
import json

import pytest
from aiohttp import WSServerHandshakeError
from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.srv import DescribeParameters, SetParameters
from rclpy.parameter import Parameter
from signage_bridge.params import SignageBridgeParams
from signage_common.params import specs

pytestmark = [pytest.mark.graph, pytest.mark.fault]
LIVE = {"max_clients", "max_connections", "max_message_bytes", "max_queued_bytes", "heartbeat_s"}


@pytest.fixture
def running(start_bridge):
    return start_bridge(selector=False)


@pytest.fixture
def call(running, eventually):
    """Call a parameter service of the bridge."""

    async def call(service_type, name, **fields):
        client = running.probe.create_client(service_type, f"/deeplens1/signage_bridge/{name}")
        await eventually(client.service_is_ready, name)
        answer = client.call_async(service_type.Request(**fields))
        await eventually(answer.done, "the answer")
        return answer.result()

    return call


@pytest.fixture
def set_param(call, running, eventually):
    async def set_param(**values):
        parameters = [Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        assert all(isinstance(each, ParameterMsg) for each in parameters)
        (result,) = (await call(SetParameters, "set_parameters", parameters=parameters)).results
        if result.successful:
            names = {name.removeprefix("max_"): value for name, value in values.items()}
            limits = running.bridge._bridge.limits
            await eventually(lambda: all(vars(limits)[name] == value for name, value in names.items()), "the limits")
        return result

    return set_param


async def test_what_is_live_and_what_says_why_not(call, set_param):
    names = list(specs(SignageBridgeParams))
    descriptors = (await call(DescribeParameters, "describe_parameters", names=names)).descriptors
    assert {each.name for each in descriptors if not each.read_only} == LIVE
    for name, value in {"bind": "0.0.0.0", "http_port": 8081, "public_url": "https://a.example"}.items():
        result = await set_param(**{name: value})
        assert not result.successful and result.reason


@pytest.mark.parametrize(
    "values",
    [
        {"max_clients": 0},
        {"max_message_bytes": 2**40},
        {"heartbeat_s": 0.0},
        {"heartbeat_s": float("nan")},
        {"max_clients": "9"},
    ],
)
async def test_what_lies_outside_its_range_is_refused(running, set_param, values):
    before = dict(vars(running.bridge._bridge.limits))
    assert not (await set_param(**values)).successful
    assert vars(running.bridge._bridge.limits) == before


async def test_the_number_of_clients(running, set_param, connect):
    first = await connect(running)
    assert (await set_param(max_clients=1)).successful
    with pytest.raises(WSServerHandshakeError) as error:
        await connect(running)
    assert error.value.status == 503
    await first.send(op="dance")
    assert (await first.next())["code"] == "unknown", "who is there stays"
    assert (await set_param(max_clients=2)).successful
    await connect(running)


async def test_the_length_of_messages_of_clients_that_are_there(running, set_param, connect):
    client = await connect(running)
    text = json.dumps({"op": "dance", "id": "x", "more": "x" * 300_000})
    assert (await set_param(max_message_bytes=1_000_000)).successful
    await client.socket.send_str(text)
    assert (await client.next())["code"] == "unknown"
    assert (await set_param(max_message_bytes=100_000)).successful
    await client.socket.send_str(text)
    assert "longer than 100000 bytes" in (await client.next())["msg"]


async def test_the_time_between_pings_of_clients_that_are_there(running, set_param, eventually):
    reader, writer = await asyncio.open_connection("127.0.0.1", running.bridge.rosbridge_port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    assert (await set_param(heartbeat_s=1.0)).successful
    assert await reader.readexactly(2) == b"\x89\x00", "a ping"
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()


async def test_who_answers_pings_or_talks_stays(running, set_param, connect):
    client = await connect(running)
    talking = await connect(running, autoping=False)
    assert (await set_param(heartbeat_s=1.0)).successful
    answers = 0
    listening = asyncio.create_task(client.socket.receive())
    while answers < 12:
        await talking.send(op="set_level", level="error", id=answers)
        await talking.send(op="dance", id=answers)
        answers += (await talking.next("status"))["id"] == answers
        await asyncio.sleep(0.25)
    assert not listening.done() and not client.socket.closed
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def test_the_number_of_connections(running, set_param):
    assert (await set_param(max_connections=8)).successful
    writers = []
    for _ in range(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.bridge.http_port)
        writers.append(writer)
        writer.write(b"GET /config.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"}")
    assert len(running.ports[0]._connections) <= 8
    for writer in writers:
        writer.close()
