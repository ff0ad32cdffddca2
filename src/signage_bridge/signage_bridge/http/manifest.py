"""``/manifest.json``: what a screen may keep for the time without a network."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from signage_catalogue.shelf import MediaShelf

from signage_bridge.http.context import CONTEXT


async def handle(request: web.Request) -> web.Response:
    """Answer with the creatives and the house playlist."""
    body = make_manifest(request.app[CONTEXT].keeper.shelf)
    return web.json_response(body, headers={"Cache-Control": "no-cache"})


def make_manifest(shelf: MediaShelf) -> dict[str, Any]:
    """Describe the creatives in the order of the catalogue."""
    creatives = [
        {
            "name": media.creative.name,
            "url": media.creative.url,
            "media_type": media.creative.media_type,
            "duration_s": media.creative.duration_s,
            "bytes": media.size,
            "digest": media.creative.digest,
        }
        for media in shelf.by_path.values()
    ]
    return {"creatives": creatives, "fallback": list(shelf.catalogue.fallback)}
