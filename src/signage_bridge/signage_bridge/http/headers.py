"""Headers that every answer of the HTTP port carries."""

from __future__ import annotations

from aiohttp import web

from signage_bridge.guard import split_host
from signage_bridge.http.context import CONTEXT

FIXED = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "signage_bridge",
    "X-Content-Type-Options": "nosniff",
}


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


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to an answer that is about to go out."""
    response.headers.update(FIXED)
    response.headers.setdefault("Cache-Control", "no-store")
    host = split_host(request.headers.get("Host"))[0]
    if host and response.content_type == "text/html":
        policy = content_security_policy(host, request.app[CONTEXT].rosbridge_port)
        response.headers["Content-Security-Policy"] = policy
