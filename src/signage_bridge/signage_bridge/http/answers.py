"""What every answer of both ports has in common: its headers, and that whatever goes wrong is said in one line."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from signage_bridge.guard import ForbiddenError
from signage_bridge.throttled_log import Mishaps

SERVER = "signage_bridge"
FIXED_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": SERVER,
    "X-Content-Type-Options": "nosniff",
}
MISHAPS = web.AppKey("mishaps", Mishaps)


def problem(status: int, text: str) -> web.Response:
    """Return an error as JSON with one line that says what was expected."""
    return web.json_response({"error": text}, status=status)


def local_address(request: web.BaseRequest) -> str | None:
    """Return the address of this machine at which a request arrived."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return str(name[0]) if name else None


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in one line; one that nobody foresaw is counted, and says nothing of what is inside."""
    try:
        return await handler(request)
    except ForbiddenError as error:
        return problem(403, str(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _plain(error.status, error.reason, error.headers)
    except ConnectionError:
        raise  # the client is gone
    except Exception as error:
        request.app[MISHAPS].record(f"{request.method} {request.path[:100]!r}", error)
        if request.writer.output_size > 0:
            raise ConnectionResetError("half an answer can't be taken back") from None
        return problem(500, "internal error")


def _plain(status: int, reason: str, headers: Mapping[str, str]) -> web.Response:
    answer = problem(status, reason)
    if "Allow" in headers:
        answer.headers["Allow"] = headers["Allow"]
    return answer


async def add_fixed_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer carries."""
    response.headers.update(FIXED_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
