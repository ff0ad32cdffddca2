import asyncio
import contextlib
import os

import psutil
import pytest
from aiohttp import web
from signage_bench.clients import open_page, record_operation, record_receipts, require_browser
from signage_bench.measurement import BenchError
from signage_bench.recording import Receipt, Recording
from signage_common.browser import find_browser
from signage_common.errors import ConfigurationError
from signage_common.process_testing import PATIENCE_S

AD = {"episode": "deeplens1-1", "fallback": False, "captured": {"sec": 12, "nanosec": 34}}
PUBLISH = {"op": "publish", "topic": "/deeplens1/ad", "msg": AD}


def test_a_receipt_carries_the_capture_time_of_its_selection():
    recording = Recording()
    record_operation(recording, PUBLISH, 99)
    assert recording.receipts == [Receipt("deeplens1-1", False, 12_000_000_034, 99)]


def test_a_status_that_is_no_error_is_passed_over():
    recording = Recording()
    record_operation(recording, {"op": "status", "level": "warning", "msg": "slow"}, 1)
    assert recording.receipts == []


def test_a_refusal_ends_the_client():
    with pytest.raises(BenchError, match="not allowed"):
        record_operation(Recording(), {"op": "status", "level": "error", "msg": "topic not allowed"}, 1)


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


async def something_in(records):
    while not records:
        await asyncio.sleep(0.01)


async def test_the_client_subscribes_and_notes_what_comes():
    recording = Recording()
    async with server(stay=True) as (url, asked):
        client = asyncio.create_task(record_receipts(recording, url, "lobby1"))
        await asyncio.wait_for(something_in(recording.receipts), timeout=60)
        client.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client
    assert (asked[0]["op"], asked[0]["topic"]) == ("subscribe", "/lobby1/ad")


async def test_a_server_that_leaves_is_an_error():
    async with server(stay=False) as (url, _):
        with pytest.raises(BenchError, match="closed the connection"):
            await record_receipts(Recording(), url, "lobby1")


async def test_a_server_that_is_not_there_is_an_error():
    with pytest.raises(BenchError, match=r"ws://127\.0\.0\.1:1/"):
        await record_receipts(Recording(), "ws://127.0.0.1:1/", "lobby1")


def test_a_browser_that_is_named_is_used(monkeypatch, tmp_path):
    program = tmp_path / "my-chrome"
    program.touch(mode=0o755)
    monkeypatch.setenv("SIGNAGE_BROWSER", str(program))
    assert require_browser() == str(program)


@pytest.mark.parametrize(
    ("named", "what"),
    [("", "no Chromium or Chrome on the PATH"), ("/nope/chrome", "SIGNAGE_BROWSER: /nope/chrome: not a")],
)
def test_without_a_browser_one_line_says_how_to_install_one(monkeypatch, tmp_path, named, what):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SIGNAGE_BROWSER", named)
    with pytest.raises(ConfigurationError, match=what) as caught:
        require_browser()
    assert "`apt-get install -y --no-install-recommends chromium`" in str(caught.value)
    assert "SIGNAGE_BROWSER" in str(caught.value) and "\n" not in str(caught.value)


@contextlib.asynccontextmanager
async def page_server():
    """A real HTTP server that tells which browsers asked for its page."""
    asked = []

    async def handle(request):
        asked.append(request.headers["User-Agent"])
        return web.Response(text="<title>sign</title>", content_type="text/html")

    application = web.Application()
    application.router.add_get("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", asked
    finally:
        await runner.cleanup()


@pytest.mark.browser
async def test_a_real_browser_loads_the_page_and_nothing_is_left_of_it():
    program = find_browser(os.environ)
    if program is None:
        pytest.skip("no Chromium or Chrome; `apt-get install chromium` installs one")
    before = psutil.Process().children(recursive=True)  # a server that other tests share
    async with page_server() as (url, asked), open_page(program, url) as version:
        assert f"Chrome/{version.split('.')[0]}" in asked[0]
        family = [member for member in psutil.Process().children(recursive=True) if member not in before]
        assert any("chrom" in member.name() for member in family)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
    assert not alive


async def test_a_program_that_is_no_browser_is_one_line():
    with pytest.raises(BenchError, match=r"^/bin/false: ") as caught:
        async with open_page("/bin/false", "http://127.0.0.1:1/"):
            pass
    assert "\n" not in str(caught.value)
