"""``/config.json``: what the page must know before it can connect."""

from __future__ import annotations

from aiohttp import web

from signage_bridge.http.context import CONTEXT


async def handle(request: web.Request) -> web.Response:
    """Answer with the port of rosbridge and the names of devices and screens."""
    context = request.app[CONTEXT]
    body = {
        "rosbridge_port": context.rosbridge_port,
        "device": context.devices[0],
        "devices": list(context.devices),
        "screens": list(context.screens),
    }
    return web.json_response(body, headers={"Cache-Control": "no-cache"})
