"""What the outside of a file says: its kind, and whether all of it is there."""

import io
from pathlib import Path

import pytest
from signage_catalogue.containers import MP4, WEBM, missing_bytes, sniff
from signage_catalogue.media import MediaError, inspect

MEDIA = Path(__file__).parent / "media"
FILMS = [path.name for path in sorted(MEDIA.iterdir()) if path.suffix in (".webm", ".mp4")]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<html>",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
        b"\0\0\0\x14ftypqt  ",
        b"#!/bin/sh\nftyp",
    ],
)
def test_other_content_is_none_of_ours(head):
    assert sniff(head) is None


@pytest.mark.fault
@pytest.mark.parametrize("length", [b"\x84", b"\x40\x04", b"\x20\0\x04", b"\x10\0\0\x04", b"\x01\0\0\0\0\0\0\x04"])
def test_webm_may_write_a_length_in_more_bytes_than_it_needs(length):
    assert sniff(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82" + length + b"webm") == WEBM


def missing(data, media_type):
    return missing_bytes(io.BytesIO(data), media_type, len(data))


def box(name, content, length=None):
    return (8 + len(content) if length is None else length).to_bytes(4, "big") + name + content


@pytest.mark.parametrize("name", FILMS)
def test_a_whole_film_lacks_nothing(name):
    assert missing((MEDIA / name).read_bytes(), WEBM if name.endswith("webm") else MP4) == 0


@pytest.mark.fault
@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("cut", [1, 50, 300])
def test_a_film_that_is_cut_off_anywhere_lacks_what_was_cut(tmp_path, name, cut):
    data = (MEDIA / name).read_bytes()[:-cut]
    lacks = missing(data, WEBM if name.endswith("webm") else MP4)
    assert 0 < lacks <= cut
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MediaError, match=f"cut off: {lacks} bytes are missing"):
        inspect(tmp_path / name)


@pytest.mark.parametrize("size", [b"\xff", b"\x7f\xff", b"\x01" + b"\xff" * 7])
def test_a_live_recording_does_not_say_how_long_it_is(size):
    assert missing(b"\x1a\x45\xdf\xa3\x84webm\x18\x53\x80\x67" + size + b"data", WEBM) == 0


@pytest.mark.parametrize(
    "data",
    [
        box(b"ftyp", b"isom") + box(b"mdat", b"to the end", 0),
        box(b"ftyp", b"isom") + b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + b"data",
        box(b"ftyp", b"isom") + bytes(500),
        box(b"ftyp", b"isom") + b"abc",
    ],
)
def test_boxes_of_other_lengths_lack_nothing(data):
    assert missing(data, MP4) == 0


@pytest.mark.fault
@pytest.mark.parametrize("media_type", [WEBM, MP4])
@pytest.mark.parametrize("start", [b"", b"\0", b"\x1a\x45\xdf\xa3", b"\x1a\x45\xdf\xa3\x01"])
@pytest.mark.parametrize("more", [b"", bytes(100), b"\xff" * 100])
def test_anything_else_is_read_without_harm(start, more, media_type):
    assert missing(start + more, media_type) >= 0
