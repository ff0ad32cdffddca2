"""``/health``: 200 if all is well, else 503, with the reasons and figures."""

from __future__ import annotations

from aiohttp import web

from signage_bridge.http.context import CONTEXT


async def handle(request: web.Request) -> web.Response:
    """Answer with the state of the whole."""
    well, report = request.app[CONTEXT].report_health()
    return web.json_response(report, status=200 if well else 503)
