"""Films that a browser may be given: WebM made of single pictures and packets, so that each fault can be built in.

The elements are those of the Matroska specification (RFC 9559); a track's frames come as they stand in a SimpleBlock.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

FRAME_MS = 33
OPUS_MS = 20
OPUS_SILENCE = b"\xf8\xff\xfe"  # RFC 6716, section 3.1: one packet of 20 ms of silence
OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48_000, 0, 0)  # RFC 7845, section 5.1


@dataclass(frozen=True)
class Track:
    """A track of a film.

    Attributes:
        codec: Matroska's CodecID.
        frames: time in milliseconds and content of each frame.
        size: width and height of the picture in pixels; None for sound.
        private: what the decoder needs beforehand.
    """

    codec: str
    frames: Sequence[tuple[int, bytes]] = field(repr=False)
    size: tuple[int, int] | None = None
    private: bytes = b""


def element(identity: int, content: bytes) -> bytes:
    """Write an EBML element; its length takes one byte, or eight where that is too small."""
    name = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    size, marker = (1, 0x80) if len(content) < 0x7F else (8, 1 << 56)
    return name + (len(content) | marker).to_bytes(size, "big") + content


def number(identity: int, value: int) -> bytes:
    return element(identity, value.to_bytes(max((value.bit_length() + 7) // 8, 1), "big"))


def webm(tracks: Sequence[Track], duration_ms: float, padding: int = 0) -> bytes:
    """Write a film; its tracks are numbered from 1, and it is longer by the padding, which every reader skips."""
    head = number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8)
    head += element(0x4282, b"webm") + number(0x4287, 4) + number(0x4285, 2)
    info = number(0x2AD7B1, 1_000_000) + element(0x4489, struct.pack(">d", duration_ms))
    info += element(0x4D80, b"test") + element(0x5741, b"test")
    entries = b"".join(element(0xAE, track_entry(index, track)) for index, track in enumerate(tracks, 1))
    blocks = sorted((at_ms, index, data) for index, track in enumerate(tracks, 1) for at_ms, data in track.frames)
    cluster = number(0xE7, 0) + b"".join(
        element(0xA3, struct.pack(">BhB", 0x80 | index, at_ms, 0x80) + data) for at_ms, index, data in blocks
    )
    segment = element(0x1549A966, info) + element(0x1654AE6B, entries)
    segment += element(0xEC, bytes(padding)) + element(0x1F43B675, cluster)
    return element(0x1A45DFA3, head) + element(0x18538067, segment)


def track_entry(index: int, track: Track) -> bytes:
    entry = number(0xD7, index) + number(0x73C5, index) + number(0x9C, 0) + element(0x86, track.codec.encode())
    if track.private:
        entry += element(0x63A2, track.private)
    if track.size is None:
        sound = element(0xB5, struct.pack(">d", 48_000.0)) + number(0x9F, 1)
        return entry + number(0x83, 2) + element(0xE1, sound)
    picture = number(0xB0, track.size[0]) + number(0xBA, track.size[1])
    return entry + number(0x83, 1) + element(0xE0, picture)


def vp8_frames(count: int, size: tuple[int, int], colour: tuple[int, int, int]) -> list[bytes]:
    """Encode a film of one colour (BGR) and return its frames as VP8."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.webm"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"VP80"), 30, size)
        for _ in range(count):
            writer.write(np.full((size[1], size[0], 3), colour, np.uint8))
        writer.release()
        return list(simple_blocks(path.read_bytes()))


def simple_blocks(data: bytes) -> Iterator[bytes]:
    """Yield the frames of a film with one track."""
    masters = {0x18538067, 0x1F43B675}
    at = 0
    while at < len(data):
        identity, at = read_number(data, at, keep_marker=True)
        length, at = read_number(data, at, keep_marker=False)
        if identity in masters:
            continue
        if identity == 0xA3:
            yield data[at + 4 : at + length]
        at += length


def read_number(data: bytes, at: int, keep_marker: bool) -> tuple[int, int]:
    """Return an EBML number of variable length and the place behind it."""
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_marker else value & ~(1 << (7 * length)), at + length


def picture_track(
    count: int, size: tuple[int, int] = (320, 180), colour: tuple[int, int, int] = (40, 40, 220)
) -> Track:
    """Make a track of pictures in VP8."""
    frames = vp8_frames(count, size, colour)
    return Track("V_VP8", [(index * FRAME_MS, data) for index, data in enumerate(frames)], size)


def sound_track(duration_ms: int = 2000) -> Track:
    """Make a track of silence in Opus."""
    frames = [(at_ms, OPUS_SILENCE) for at_ms in range(0, duration_ms, OPUS_MS)]
    return Track("A_OPUS", frames, private=OPUS_HEAD)


def recoded(track: Track, codec: str) -> Track:
    """Return a track that claims to be of another codec."""
    return Track(codec, track.frames, track.size)
