"""What the HTTP port answers: one handler for each path."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from signage_catalogue.serving import LiveCatalogue, MediaIndex
from signage_common.demographics import parse_estimation

from signage_bridge.disclosure import Disclosure
from signage_bridge.errors import OperationError
from signage_bridge.guard import Guard, PublicUrl
from signage_bridge.http.answers import problem
from signage_bridge.http.files import send_file
from signage_bridge.rosbridge.request import read_object

INDEX = "index.html"
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"
FORM = "application/x-www-form-urlencoded"
MAX_QUESTION_BYTES = 4096
MAX_QUESTION_NESTING = 4
MAX_FIELDS = 20
BODY_TIMEOUT_S = 10.0
MAX_FILE_NAME = 200
CONTENT_TYPES = {
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


@dataclass(frozen=True)
class HttpContext:
    """What the handlers need.

    Attributes:
        guard: who may send requests.
        catalogue: the catalogue of this moment.
        page_dir: folder of the built page.
        rosbridge_port: where the page finds rosbridge.
        public: the address under which others reach the page; None for that of the machine.
        devices: the devices that are served, the bridge's own first.
        screens: names of the screens; empty if any name will do.
        has_journal: whether a journal acknowledges what screens report.
        disclosure: what may be told of the device's own texts.
        report_health: gives the report for ``/health``, and first whether all is well.
        choose_ad: asks which advertisement suits an estimation in front of a device; gives the fields of the answer
            and raises OperationError if nobody answers.
    """

    guard: Guard
    catalogue: LiveCatalogue
    page_dir: Path
    rosbridge_port: int
    public: PublicUrl | None
    devices: Sequence[str]
    screens: Sequence[str]
    has_journal: bool
    disclosure: Disclosure
    report_health: Callable[[], tuple[bool, Mapping[str, Any]]]
    choose_ad: Callable[[str, str], Awaitable[Mapping[str, Any]]]


CONTEXT = web.AppKey("context", HttpContext)


async def get_page(request: web.Request) -> web.StreamResponse:
    """Answer with a file of the page; names in ``assets`` carry their content's hash, so those never change."""
    name = request.match_info["path"]
    path = find_page_file(request.app[CONTEXT].page_dir, name)
    if path is None:
        raise web.HTTPNotFound
    cache = IMMUTABLE if name.startswith("assets/") else REVALIDATED
    return await send_file(request, path, {"Content-Type": CONTENT_TYPES[path.suffix], "Cache-Control": cache})


async def get_config(request: web.Request) -> web.Response:
    """Answer ``/config.json``, what the page must know before it can connect: ports, names, whom it reports to."""
    context = request.app[CONTEXT]
    body = {
        "rosbridge_port": context.rosbridge_port,
        "device": context.devices[0],
        "devices": list(context.devices),
        "screens": list(context.screens),
        "journal": context.has_journal,
    }
    return web.json_response(body, headers={"Cache-Control": REVALIDATED})


async def get_manifest(request: web.Request) -> web.Response:
    """Answer ``/manifest.json``, what a screen may keep for the time without a network."""
    body = make_manifest(request.app[CONTEXT].catalogue.media)
    return web.json_response(body, headers={"Cache-Control": REVALIDATED})


async def get_media(request: web.Request) -> web.StreamResponse:
    """Answer with a creative, in ranges as browsers ask for films; what the catalogue does not list is not there."""
    file = await request.app[CONTEXT].catalogue.find(request.rel_url.raw_path)
    if file is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": file.creative.media_type, "Cache-Control": IMMUTABLE}
    return await send_file(request, file.creative.path, headers, etag=file.creative.digest, state=file.state)


async def get_health(request: web.Request) -> web.Response:
    """Answer ``/health``: 200 if all is well, else 503, with the reasons and figures."""
    is_well, report = request.app[CONTEXT].report_health()
    return web.json_response(report, status=200 if is_well else 503)


async def post_advertisement(request: web.Request) -> web.Response:
    """Answer ``{"estimation": "20f", "devices": "deeplens1"}``, the paper's API, with the ad that the selector says."""
    context = request.app[CONTEXT]
    try:
        body = await asyncio.wait_for(request.read(), BODY_TIMEOUT_S)
    except asyncio.TimeoutError:
        answer = problem(408, f"expected the whole request within {BODY_TIMEOUT_S:g} s")
        answer.force_close()
        return answer
    except web.RequestPayloadError:
        return problem(400, "expected a body as its headers describe it")
    try:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ValueError("expected a body without Content-Encoding")
        is_form = request.content_type == FORM
        fields = _read_form(body) if is_form else read_object(body, MAX_QUESTION_BYTES, MAX_QUESTION_NESTING)
        estimation, device = read_question(fields, context.devices)
    except (OperationError, ValueError) as error:
        return problem(400, str(error))
    try:
        response = await context.choose_ad(estimation, device)
    except OperationError as error:
        return problem(503, str(error))
    if not response["success"]:
        return problem(400, context.disclosure.text(str(response["message"])))
    return web.json_response(response["selection"])


def find_page_file(folder: Path, name: str) -> Path | None:
    """Return a file of the page; None if there is none of that name or kind, or it lies outside the folder.

    The empty name is ``index.html``, and ``operator`` is ``operator.html`` or ``operator/index.html``.
    """
    parts = PurePosixPath(name).parts
    if len(name) > MAX_FILE_NAME or set(name) & set("\0\\") or any(part.startswith((".", "/")) for part in parts):
        return None
    inside = folder.joinpath(*parts)
    for candidate in (inside, inside.with_name(f"{inside.name}.html"), inside / INDEX):
        try:
            path = candidate.resolve()
            is_there = path.is_file()
        except (OSError, ValueError, RuntimeError):  # a name that no file can have, a loop of links
            continue
        if is_there and path.is_relative_to(folder.resolve()) and path.suffix in CONTENT_TYPES:
            return path
    return None


def make_manifest(media: MediaIndex) -> dict[str, Any]:
    """Describe the creatives in the order of the catalogue, and name the house playlist."""
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


def read_question(fields: Mapping[str, object], devices: Sequence[str]) -> tuple[str, str]:
    """Return estimation and device of a question.

    Raises:
        ValueError: a field is missing or wrong.
    """
    estimation, device = fields.get("estimation"), fields.get("devices")
    if not isinstance(estimation, str) or not estimation:
        raise ValueError("estimation: expected such as 20f, or unknown")
    parse_estimation(estimation)
    if not isinstance(device, str) or device not in devices:
        raise ValueError("devices: expected the name of a device of this bridge")
    return estimation, device


def _read_form(body: bytes) -> dict[str, str]:
    """Read a form, which is ASCII with its text percent-encoded in UTF-8, whatever charset it claims.

    Raises:
        ValueError: it is none, or has very many fields.
    """
    try:
        return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=MAX_FIELDS))
    except ValueError:
        raise ValueError("expected a form, percent-encoded in UTF-8") from None
