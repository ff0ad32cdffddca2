"""What goes to clients: one message in the form that a client asked for, made once for all that ask for the same."""

from __future__ import annotations

import base64
import enum
import functools
import importlib.util
import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from signage_bridge.errors import Code, StatusLevel

MAX_STATUS_TEXT = 1000


class Compression(enum.Enum):
    """The forms in which a client may ask for messages; of several for one topic the last here wins."""

    NONE = "none"
    PNG = "png"
    CBOR = "cbor"
    CBOR_RAW = "cbor-raw"


@dataclass(frozen=True)
class Payload:
    """One WebSocket message: a text, or bytes if it is binary."""

    data: str | bytes


@functools.cache
def available_forms() -> tuple[Compression, ...]:
    """Return the forms that can be made here: no rosdep key installs cbor2, so the bridge runs without it, too."""
    has_cbor = importlib.util.find_spec("cbor2") is not None
    return tuple(Compression) if has_cbor else (Compression.NONE, Compression.PNG)


class Content(Protocol):
    """The content of one ROS message, in every form that a client may ask for."""

    def to_json(self) -> Mapping[str, Any]:
        """Return the fields as JSON values: bytes as base64, not-a-number as None."""

    def to_cbor(self) -> Mapping[str, Any]:
        """Return the fields as CBOR values: numeric arrays as typed arrays."""

    def to_raw(self) -> Mapping[str, Any]:
        """Return ``secs`` and ``nsecs`` of the receipt and the serialised ``bytes``."""


class Publication:
    """One ROS message on its way to all subscribers; each form of it is made at most once."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._payloads: dict[tuple[str, Compression], Payload] = {}

    def payload(self, topic: str, compression: Compression) -> Payload:
        """Return the message as published on a topic, named as the client named it."""
        key = (topic, compression)
        if key not in self._payloads:
            self._payloads[key] = self._make(topic, compression)
        return self._payloads[key]

    @functools.cached_property
    def _json(self) -> str:
        return json.dumps(self._content.to_json(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def _make(self, topic: str, compression: Compression) -> Payload:
        if compression is Compression.CBOR:
            return cbor_payload({"op": "publish", "topic": topic, "msg": self._content.to_cbor()})
        if compression is Compression.CBOR_RAW:
            return cbor_payload({"op": "publish", "topic": topic, "msg": self._content.to_raw()})
        text = f'{{"op":"publish","topic":{json.dumps(topic)},"msg":{self._json}}}'
        return png_payload(text) if compression is Compression.PNG else Payload(text)


def json_payload(message: Mapping[str, Any]) -> Payload:
    """Return a message as JSON text."""
    return Payload(json_text(message))


def json_text(message: Mapping[str, Any]) -> str:
    """Write JSON in ASCII, so that whatever a client sent can be sent back."""
    return json.dumps(message, separators=(",", ":"), allow_nan=False)


def cbor_payload(message: Mapping[str, Any]) -> Payload:
    """Return a message as CBOR."""
    import cbor2  # may be missing: nobody comes here unless it is among the available forms

    return Payload(cbor2.dumps(message))


def status_payload(
    level: StatusLevel, text: str, request_id: str | int | None = None, code: Code | None = None
) -> Payload:
    """Return a ``status`` message; it carries the id of the operation that it answers, if that had one.

    A refusal carries ``code`` beside the fields of the specification, so that no program has to read the text.
    """
    message: dict[str, Any] = {"op": "status", "level": level.word, "msg": text[:MAX_STATUS_TEXT]}
    if request_id is not None:
        message["id"] = request_id
    if code is not None:
        message["code"] = code.value
    return json_payload(message)


def png_payload(text: str) -> Payload:
    """Wrap a text into a ``png`` message: the pixels of a nearly square RGB picture, filled up with line feeds."""
    data = text.encode()
    width = max(math.isqrt(len(data) // 3), 1)
    height = max(math.ceil(len(data) / (3 * width)), 1)
    pixels = data.ljust(3 * width * height, b"\n")
    return json_payload({"op": "png", "data": base64.b64encode(_png(pixels, width, height)).decode()})


def _png(pixels: bytes, width: int, height: int) -> bytes:
    """Write a PNG of 8-bit RGB pixels (PNG specification, sections 5 and 11)."""
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + pixels[start : start + 3 * width] for start in range(0, len(pixels), 3 * width))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
