"""The catalogue's creatives, by name and content; with ranges, as browsers ask for films."""

from __future__ import annotations

from aiohttp import web

from signage_bridge.http.context import CONTEXT

IMMUTABLE = "public, max-age=31536000, immutable"


async def handle(request: web.Request) -> web.StreamResponse:
    """Answer with a creative; whatever the catalogue does not list is not there."""
    media = await request.app[CONTEXT].keeper.find(request.rel_url.raw_path)
    if media is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": media.creative.media_type, "Cache-Control": IMMUTABLE}
    return web.FileResponse(media.creative.path, headers=headers)
