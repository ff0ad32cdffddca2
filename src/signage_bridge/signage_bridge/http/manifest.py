"""``/manifest.json``: what a screen may keep for the time without a network."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from signage_catalogue.serving import MediaIndex

from signage_bridge.http.context import CONTEXT


async def handle(request: web.Request) -> web.Response:
    """Answer with the creatives and the house playlist."""
    body = make_manifest(request.app[CONTEXT].keeper.media)
    return web.json_response(body, headers={"Cache-Control": "no-cache"})


def make_manifest(media: MediaIndex) -> dict[str, Any]:
    """Describe the creatives in the order of the catalogue."""
    creatives = [
        {
            "name": file.creative.name,
            "url": file.creative.url,
            "media_type": file.creative.media_type,
            "duration_s": file.creative.duration_s,
            "bytes": file.size_bytes,
            "digest": file.creative.digest,
        }
        for file in media.by_path.values()
    ]
    return {"creatives": creatives, "fallback": list(media.catalogue.fallback)}
