"""Send files: in ranges as browsers ask for films, piece by piece, and never more of them in memory than a piece."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from signage_catalogue.files import FileState, state_of
from signage_common.files import open_file

from signage_bridge.http.answers import problem

PIECE_BYTES = 262_144
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,400})\s*-\s*([0-9]{0,400})\s*", re.IGNORECASE)


class UnsatisfiableRangeError(Exception):
    """Nothing of the file lies in the range."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return first byte and the one after the last of what a Range header asks for (RFC 9110, section 14).

    None stands for the whole file: there is no header, or one that may be ignored, as several ranges may.

    Raises:
        UnsatisfiableRangeError: the file has no byte there.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        start, stop = max(size - int(match[2]), 0), size
    else:
        start, stop = int(match[1]), min(int(match[2] or size) + 1, size)
        if match[2] and int(match[2]) < start:
            return None
    if start >= stop:
        raise UnsatisfiableRangeError
    return start, stop


async def send_file(
    request: web.Request, path: Path, headers: Mapping[str, str], etag: str = "", state: FileState | None = None
) -> web.StreamResponse:
    """Answer with a file, or with what is asked for of it.

    The pieces are read by other threads, since a slow disk must not keep other clients waiting.

    Args:
        request: a GET or HEAD.
        path: the file.
        headers: of the answer.
        etag: names the content; by default time of change and size do.
        state: of the file as it must be; None if any will do.

    Raises:
        web.HTTPNotFound: there is no such file, or it may not be read.
        OSError: it changes while it is sent.
    """
    loop = asyncio.get_running_loop()
    try:
        file = await loop.run_in_executor(None, open_file, path)
    except OSError:
        raise web.HTTPNotFound from None
    with file:
        opened = state_of(os.fstat(file.fileno()))
        if state not in (None, opened):
            raise web.HTTPNotFound
        tag = f'"{etag or f"{opened[0]:x}-{opened[1]:x}"}"'
        return await _send(request, file.fileno(), opened, {**headers, "ETag": tag, "Accept-Ranges": "bytes"})


async def _send(
    request: web.Request, descriptor: int, state: FileState, headers: Mapping[str, str]
) -> web.StreamResponse:
    tag, size = headers["ETag"], state[1]
    if _names(request.headers.get("If-None-Match"), tag):
        return web.Response(status=304, headers=headers)
    # A range is of the file that the client has begun to read, else it gets the whole of the new one.
    is_same = request.headers.get("If-Range", tag).strip() == tag
    try:
        wanted = parse_range(request.headers.get("Range"), size) if is_same else None
    except UnsatisfiableRangeError:
        answer = problem(416, f"the file has {size} bytes")
        answer.headers["Content-Range"] = f"bytes */{size}"
        return answer
    start, stop = wanted or (0, size)
    response = web.StreamResponse(status=206 if wanted else 200, headers=headers)
    if wanted:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response.content_length = stop - start
    await response.prepare(request)
    if request.method != "HEAD":
        loop = asyncio.get_running_loop()
        while start < stop:
            piece = await loop.run_in_executor(None, _read, descriptor, min(PIECE_BYTES, stop - start), start, state)
            await response.write(piece)
            start += len(piece)
    await response.write_eof()
    return response


def _read(descriptor: int, count: int, start: int, state: FileState) -> bytes:
    piece = os.pread(descriptor, count, start)
    if not piece or state_of(os.fstat(descriptor)) != state:
        raise OSError("the file was changed while it was sent")
    return piece


def _names(header: str | None, tag: str) -> bool:
    """Tell whether an If-None-Match header names a tag."""
    named = [each.strip().removeprefix("W/") for each in (header or "").split(",")]
    return tag in named or named == ["*"]
