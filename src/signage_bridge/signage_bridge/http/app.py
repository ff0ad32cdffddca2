"""The application of the HTTP port: its paths, whom it lets in, and what the page may load."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler
from signage_catalogue.catalogue import MEDIA_PREFIX

from signage_bridge.guard import split_host
from signage_bridge.http import handlers
from signage_bridge.http.answers import MISHAPS, add_fixed_headers, answer_errors, local_address
from signage_bridge.http.handlers import CONTEXT, HttpContext
from signage_bridge.throttled_log import Mishaps

READING_METHODS = ("GET", "HEAD")


def make_app(context: HttpContext, mishaps: Mishaps) -> web.Application:
    """Make the application; the page comes last, because it answers every other name."""
    app = web.Application(middlewares=[answer_errors, guard_request], client_max_size=handlers.MAX_QUESTION_BYTES)
    app[CONTEXT] = context
    app[MISHAPS] = mishaps
    app.on_response_prepare.append(add_fixed_headers)
    app.on_response_prepare.append(add_policy)
    app.router.add_get("/health", handlers.get_health)
    app.router.add_get("/config.json", handlers.get_config)
    app.router.add_get("/manifest.json", handlers.get_manifest)
    app.router.add_get(MEDIA_PREFIX + "{name:.*}", handlers.get_media)
    app.router.add_post("/gom/v1/svc/advertisement", handlers.post_advertisement)
    app.router.add_get("/{path:(?!gom/).*}", handlers.get_page)
    return app


@web.middleware
async def guard_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Check Host, and Origin where a request does more than read."""
    guard, address = request.app[CONTEXT].guard, local_address(request)
    host = request.headers.get("Host")
    guard.check_host(host, address)
    if request.method not in READING_METHODS:
        guard.check_origin(request.headers.get("Origin"), host, address)
    return await handler(request)


async def add_policy(request: web.Request, response: web.StreamResponse) -> None:
    """Add to a page what it may load."""
    if response.content_type != "text/html":
        return
    context = request.app[CONTEXT]
    hosts = [split_host(request.headers.get("Host"))[0], *([context.public.host] if context.public else [])]
    policy = content_security_policy(list(dict.fromkeys(filter(None, hosts))), context.rosbridge_port)
    response.headers["Content-Security-Policy"] = policy


def content_security_policy(hosts: list[str], rosbridge_port: int) -> str:
    """Return what the page may load and connect to: itself, its media, and rosbridge on the same machine.

    Args:
        hosts: names of the machine as the browser knows it.
        rosbridge_port: the port of rosbridge there.
    """
    bracketed = [f"[{host}]" if ":" in host else host for host in hosts]
    sockets = " ".join(f"{scheme}://{host}:{rosbridge_port}" for host in bracketed for scheme in ("ws", "wss"))
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
