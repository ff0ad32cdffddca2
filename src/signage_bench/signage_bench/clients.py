"""The clients of the measured graph: the sign in a real headless Chromium, and a plain WebSocket beside it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from playwright.async_api import Error, async_playwright
from signage_common.browser import CHROMIUM_FLAGS, INSTALL_BROWSER, find_browser
from signage_common.errors import ConfigurationError
from signage_common.stamps import NS_PER_S

from signage_bench.measurement import BenchError
from signage_bench.recording import Receipt, Recording

SIZE = {"width": 1280, "height": 720}
LOAD_S = 30.0


def require_browser() -> str:
    """Return the program of the browser.

    Raises:
        ConfigurationError: there is none; the message names the command that installs one.
    """
    found = find_browser(os.environ)
    if found is None:
        chosen = os.environ.get("SIGNAGE_BROWSER")
        what = f"SIGNAGE_BROWSER: {chosen}: not a program" if chosen else "no Chromium or Chrome on the PATH"
        raise ConfigurationError(f"{what}; `{INSTALL_BROWSER}` installs one, or set SIGNAGE_BROWSER to one")
    return found


@asynccontextmanager
async def open_page(program: str, url: str) -> AsyncIterator[str]:
    """Have a browser show a page until the end of the block; give the version of the browser.

    Raises:
        BenchError: the browser does not start, or the page does not load.
    """
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program,
                args=list(CHROMIUM_FLAGS),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
            try:
                page = await browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
                await page.goto(url, timeout=LOAD_S * 1000)
                yield browser.version
            finally:
                await browser.close()
    except Error as error:
        raise BenchError(f"{program}: {str(error).splitlines()[0]}") from None


async def record_receipts(recording: Recording, url: str, device: str) -> None:
    """Subscribe to a device's `ad` and record every receipt, until cancelled.

    Raises:
        BenchError: the server refuses, or closes the connection.
    """
    topic = f"/{device}/ad"
    subscribe = {"op": "subscribe", "id": "bench", "topic": topic, "type": "signage_msgs/AdSelection"}
    try:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.send_json(subscribe)
            async for frame in socket:
                received_ns = time.time_ns()
                record_operation(recording, json.loads(frame.data), received_ns)
    except aiohttp.ClientError as error:
        raise BenchError(f"{url}: {error}") from None
    raise BenchError(f"{url}: the server closed the connection of the second client")


def record_operation(recording: Recording, operation: Mapping[str, Any], received_ns: int) -> None:
    """Record the receipt that one operation of the rosbridge protocol is, if it is one.

    Raises:
        BenchError: it is a status of level error.
    """
    if operation.get("op") == "status" and operation.get("level") == "error":
        raise BenchError(f"rosbridge: {operation.get('msg')}")
    if operation.get("op") == "publish":
        message = operation["msg"]
        captured_ns = json_stamp_to_ns(message["captured"])
        recording.receipts.append(Receipt(message["episode"], message["fallback"], captured_ns, received_ns))


def json_stamp_to_ns(stamp: Mapping[str, int]) -> int:
    """Return a builtin_interfaces/Time, as rosbridge writes it in JSON, as nanoseconds."""
    return stamp["sec"] * NS_PER_S + stamp["nanosec"]
