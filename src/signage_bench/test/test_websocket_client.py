import asyncio
import contextlib

import pytest
from aiohttp import web
from signage_bench.errors import BenchError
from signage_bench.recording import Receipt, Recording
from signage_bench.websocket_client import note, note_receipts

AD = {"episode": "deeplens1-1", "fallback": False, "captured": {"sec": 12, "nanosec": 34}}
PUBLISH = {"op": "publish", "topic": "/deeplens1/ad", "msg": AD}


def test_a_receipt_carries_the_capture_time_of_its_selection():
    recording = Recording()
    note(recording, PUBLISH, 99)
    assert recording.receipts == [Receipt("deeplens1-1", False, 12_000_000_034, 99)]


def test_a_status_that_is_no_error_is_passed_over():
    recording = Recording()
    note(recording, {"op": "status", "level": "warning", "msg": "slow"}, 1)
    assert recording.receipts == []


def test_a_refusal_ends_the_client():
    with pytest.raises(BenchError, match="not allowed"):
        note(Recording(), {"op": "status", "level": "error", "msg": "topic not allowed"}, 1)


@contextlib.asynccontextmanager
async def server(*, stay):
    """A real WebSocket server that answers a subscription with one selection, and then stays or leaves."""
    asked = []

    async def handle(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        asked.append(await socket.receive_json())
        await socket.send_json(PUBLISH)
        if stay:
            await socket.receive()
        await socket.close()
        return socket

    application = web.Application()
    application.router.add_get("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/", asked
    finally:
        await runner.cleanup()


async def test_the_client_subscribes_and_notes_what_comes():
    recording = Recording()
    async with server(stay=True) as (url, asked):
        client = asyncio.create_task(note_receipts(recording, url, "lobby1"))
        async with asyncio.timeout(10) if hasattr(asyncio, "timeout") else contextlib.nullcontext():
            while not recording.receipts:
                await asyncio.sleep(0.01)
        client.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client
    assert (asked[0]["op"], asked[0]["topic"]) == ("subscribe", "/lobby1/ad")


async def test_a_server_that_leaves_is_an_error():
    async with server(stay=False) as (url, _):
        with pytest.raises(BenchError, match="closed the connection"):
            await note_receipts(Recording(), url, "lobby1")


async def test_a_server_that_is_not_there_is_an_error():
    with pytest.raises(BenchError, match=r"ws://127\.0\.0\.1:1/"):
        await note_receipts(Recording(), "ws://127.0.0.1:1/", "lobby1")
