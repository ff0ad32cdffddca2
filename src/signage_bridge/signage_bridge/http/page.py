"""The page: the files of one folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from aiohttp import web

from signage_bridge.http.context import CONTEXT

INDEX = "index.html"
MAX_NAME = 200
IMMUTABLE = "public, max-age=31536000, immutable"
CHECK = "no-cache"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


async def handle(request: web.Request) -> web.StreamResponse:
    """Answer with a file of the page; names in ``assets`` carry their content's hash, so those never change."""
    path = find_file(request.app[CONTEXT].page_dir, request.match_info["path"])
    if path is None:
        raise web.HTTPNotFound
    cache = IMMUTABLE if request.match_info["path"].startswith("assets/") else CHECK
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix], "Cache-Control": cache})


def find_file(folder: Path, name: str) -> Path | None:
    """Return a file of the page; None if there is none of that name or kind, or it lies outside the folder.

    The empty name is ``index.html``, and ``operator`` is ``operator.html`` or ``operator/index.html``.
    """
    parts = PurePosixPath(name).parts
    if len(name) > MAX_NAME or set(name) & set("\0\\") or any(part.startswith((".", "/")) for part in parts):
        return None
    inside = folder.joinpath(*parts)
    for candidate in (inside, inside.with_name(f"{inside.name}.html"), inside / INDEX):
        path = candidate.resolve()
        if path.is_file() and path.is_relative_to(folder.resolve()) and path.suffix in TYPES:
            return path
    return None
