"""Let in only requests that were meant for this bridge."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from signage_bridge.guard import ForbiddenError
from signage_bridge.http.context import CONTEXT, problem
from signage_bridge.websocket import local_address

READING = ("GET", "HEAD")


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check Host, and Origin where a request does more than read; errors become one line of JSON."""
    guard, address = request.app[CONTEXT].guard, local_address(request)
    host = request.headers.get("Host")
    try:
        guard.check_host(host, address)
        if request.method not in READING:
            guard.check_origin(request.headers.get("Origin"), host, address)
        return await handler(request)
    except ForbiddenError as error:
        return problem(403, str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        answer = problem(error.status, error.reason)
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
