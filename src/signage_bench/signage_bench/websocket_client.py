"""The second client: a plain WebSocket that subscribes to `ad` beside the page."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from signage_bench.errors import BenchError
from signage_bench.recording import Receipt, Recording

NS_PER_S = 1_000_000_000


async def note_receipts(recording: Recording, url: str, device: str) -> None:
    """Subscribe to a device's `ad` and note every receipt, until cancelled.

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
                note(recording, json.loads(frame.data), received_ns)
    except aiohttp.ClientError as error:
        raise BenchError(f"{url}: {error}") from None
    raise BenchError(f"{url}: the server closed the connection of the second client")


def note(recording: Recording, operation: Mapping[str, Any], received_ns: int) -> None:
    """Note one operation of the rosbridge protocol.

    Raises:
        BenchError: it is a status of level error.
    """
    if operation.get("op") == "status" and operation.get("level") == "error":
        raise BenchError(f"rosbridge: {operation.get('msg')}")
    if operation.get("op") == "publish":
        message = operation["msg"]
        captured_ns = time_ns(message["captured"])
        recording.receipts.append(Receipt(message["episode"], message["fallback"], captured_ns, received_ns))


def time_ns(stamp: Mapping[str, int]) -> int:
    """Return a builtin_interfaces/Time, as rosbridge writes it in JSON, as nanoseconds."""
    return stamp["sec"] * NS_PER_S + stamp["nanosec"]
