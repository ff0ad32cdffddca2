"""The application of the HTTP port."""

from __future__ import annotations

from aiohttp import web

from signage_bridge.http import advertisement, config, health, manifest, media, page
from signage_bridge.http.context import CONTEXT, HttpContext
from signage_bridge.http.gate import gate
from signage_bridge.http.headers import add_headers


def make_app(context: HttpContext) -> web.Application:
    """Make the application; the page comes last, because it answers every other name."""
    app = web.Application(middlewares=[gate], client_max_size=advertisement.MAX_BYTES)
    app[CONTEXT] = context
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/health", health.handle)
    app.router.add_get("/config.json", config.handle)
    app.router.add_get("/manifest.json", manifest.handle)
    app.router.add_get("/media/{name:.*}", media.handle)
    app.router.add_post("/gom/v1/svc/advertisement", advertisement.handle)
    app.router.add_get("/{path:(?!gom/).*}", page.handle)
    return app
