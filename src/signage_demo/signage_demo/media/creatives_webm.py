"""Pack encoded frames into a WebM file (https://www.matroska.org/technical/elements.html), byte for byte repeatable."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER, _CUES = (
    0x1A45DFA3,
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0x1F43B675,
    0x1C53BB6B,
)
_VIDEO_TRACK = 1
_APPLICATION = "signage"
_RELATIVE_LIMIT_MS = 30_000
_SHORT = 127


@dataclass(frozen=True)
class Packet:
    """One encoded frame and whether it can be decoded without the frames before it."""

    data: bytes
    key: bool


def element(identifier: int, content: bytes | int | float | str) -> bytes:
    """Return one EBML element: identifier, size, content."""
    if isinstance(content, str):
        content = content.encode()
    elif isinstance(content, int):
        content = content.to_bytes(max(1, (content.bit_length() + 7) // 8), "big")
    elif isinstance(content, float):
        content = struct.pack(">d", content)
    name = identifier.to_bytes((identifier.bit_length() + 7) // 8, "big")
    size = bytes([0x80 | len(content)]) if len(content) < _SHORT else (len(content) | 1 << 56).to_bytes(8, "big")
    return name + size + content


def pack_webm(packets: Sequence[Packet], width: int, height: int, fps: int) -> bytes:
    """Return the film of the packets, one frame each, all as long as each other."""
    info = element(
        _INFO,
        element(0x2AD7B1, 1_000_000)  # the unit of time: one millisecond
        + element(0x4489, 1000.0 * len(packets) / fps)
        + element(0x4D80, _APPLICATION)
        + element(0x5741, _APPLICATION),
    )
    tracks = element(_TRACKS, _track(width, height, fps))
    clusters, cues = _clusters(packets, fps, len(info) + len(tracks))
    return _head() + element(_SEGMENT, info + tracks + clusters + cues)


def _head() -> bytes:
    fields = ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8), (0x4282, "webm"), (0x4287, 2), (0x4285, 2))
    return element(_EBML, b"".join(element(name, value) for name, value in fields))


def _track(width: int, height: int, fps: int) -> bytes:
    video = element(0xE0, element(0xB0, width) + element(0xBA, height))
    fields = (
        (0xD7, _VIDEO_TRACK),
        (0x73C5, 1),
        (0x83, 1),
        (0x9C, 0),
        (0x86, "V_VP8"),
        (0x23E383, 1_000_000_000 // fps),
    )
    return element(0xAE, b"".join(element(name, value) for name, value in fields) + video)


def _clusters(packets: Sequence[Packet], fps: int, offset: int) -> tuple[bytes, bytes]:
    """Return the clusters, each beginning with a key frame where it can, and the index of the key frames."""
    clusters, cues = [], []
    start, blocks = 0, b""
    for index, packet in enumerate(packets):
        time_ms = round(1000 * index / fps)
        if blocks and (packet.key or time_ms - start > _RELATIVE_LIMIT_MS):
            clusters.append(element(_CLUSTER, element(0xE7, start) + blocks))
            blocks = b""
        if not blocks:
            start = time_ms
            if packet.key:
                place = offset + sum(map(len, clusters))
                cues.append(
                    element(0xBB, element(0xB3, start) + element(0xB7, element(0xF7, 1) + element(0xF1, place)))
                )
        head = struct.pack(">BhB", 0x80 | _VIDEO_TRACK, time_ms - start, 0x80 if packet.key else 0)
        blocks += element(0xA3, head + packet.data)
    clusters.append(element(_CLUSTER, element(0xE7, start) + blocks))
    return b"".join(clusters), element(_CUES, b"".join(cues))
