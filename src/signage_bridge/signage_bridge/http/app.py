"""The application of the HTTP port: its paths, whom it lets in, and the headers that every answer carries."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler
from signage_catalogue.catalogue import MEDIA_PREFIX

from signage_bridge.guard import ForbiddenError, split_host
from signage_bridge.http import handlers
from signage_bridge.http.handlers import CONTEXT, HttpContext, problem
from signage_bridge.websocket import local_address

READING_METHODS = ("GET", "HEAD")
FIXED_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "signage_bridge",
    "X-Content-Type-Options": "nosniff",
}


def make_app(context: HttpContext) -> web.Application:
    """Make the application; the page comes last, because it answers every other name."""
    app = web.Application(middlewares=[guard_request], client_max_size=handlers.MAX_QUESTION_BYTES)
    app[CONTEXT] = context
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/health", handlers.get_health)
    app.router.add_get("/config.json", handlers.get_config)
    app.router.add_get("/manifest.json", handlers.get_manifest)
    app.router.add_get(MEDIA_PREFIX + "{name:.*}", handlers.get_media)
    app.router.add_post("/gom/v1/svc/advertisement", handlers.post_advertisement)
    app.router.add_get("/{path:(?!gom/).*}", handlers.get_page)
    return app


@web.middleware
async def guard_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check Host, and Origin where a request does more than read; errors become one line of JSON."""
    guard, address = request.app[CONTEXT].guard, local_address(request)
    host = request.headers.get("Host")
    try:
        guard.check_host(host, address)
        if request.method not in READING_METHODS:
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


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to an answer that is about to go out."""
    response.headers.update(FIXED_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    host = split_host(request.headers.get("Host"))[0]
    if host and response.content_type == "text/html":
        policy = content_security_policy(host, request.app[CONTEXT].rosbridge_port)
        response.headers["Content-Security-Policy"] = policy


def content_security_policy(host: str, rosbridge_port: int) -> str:
    """Return what the page may load and connect to: itself, its media, and rosbridge on the same machine.

    Args:
        host: name of the machine as the browser knows it.
        rosbridge_port: the port of rosbridge there.
    """
    bracketed = f"[{host}]" if ":" in host else host
    sockets = " ".join(f"{scheme}://{bracketed}:{rosbridge_port}" for scheme in ("ws", "wss"))
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )
