"""Pictures from anywhere: bounded before they are decoded, quiet, upright as they say, never the end of a process."""

import contextlib
import io
import json
import struct
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest
from deeplens_camera import MAX_PIXELS
from deeplens_camera.decoding import decode_image
from deeplens_camera.errors import BrokenFrameError
from deeplens_camera.frame import Frame
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

pytestmark = pytest.mark.fault
SCENE = cv2.GaussianBlur(np.random.default_rng(7).integers(0, 255, (48, 64, 3), np.uint8), (5, 5), 0)
JPEG = cv2.imencode(".jpg", SCENE)[1].tobytes()
PROGRESSIVE = cv2.imencode(".jpg", SCENE, (cv2.IMWRITE_JPEG_PROGRESSIVE, 1))[1].tobytes()
RESTARTS = cv2.imencode(".jpg", SCENE, (cv2.IMWRITE_JPEG_RST_INTERVAL, 2))[1].tobytes()
FORMATS = {
    **{name: cv2.imencode(name, SCENE)[1].tobytes() for name in (".png", ".webp", ".bmp", ".tif", ".ppm", ".jpg")},
    ".pgm": cv2.imencode(".pgm", SCENE[:, :, 0])[1].tobytes(),
}


def segment(marker, content):
    return b"\xff" + bytes([marker]) + (len(content) + 2).to_bytes(2, "big") + content


def without_segments(jpeg, marker):
    """Leave out a kind of segment, such as the Huffman tables that webcams leave out."""
    kept, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        kept += b"" if jpeg[at + 1] == marker else jpeg[at : at + length]
        at += length
    return kept + jpeg[at:]


def exif(orientation, order="<"):
    head = b"II*\x00" if order == "<" else b"MM\x00*"
    return head + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def before_segments(jpeg, *segments):
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


ODD = {
    "fill bytes behind the start": JPEG[:2] + b"\xff" * 20 + JPEG[2:],
    "zeros behind the start": JPEG[:2] + bytes(20) + JPEG[2:],
    "fill bytes before a marker": JPEG.replace(b"\xff\xdb", b"\xff\xff\xff\xff\xdb"),
    "junk before a marker": JPEG.replace(b"\xff\xdb", b"junk\xff\xdb"),
    "a segment of no length": before_segments(JPEG, b"\xff\xec\x00\x00"),
    "a segment that is a lonely marker": before_segments(JPEG, b"\xff\x01\xff\xd3"),
    "600 zeros behind the end": JPEG + bytes(600),
    "junk behind the end": JPEG + b"\r\njunk" * 200,
    "another picture behind the end": JPEG + PROGRESSIVE,
    "no end": JPEG[:-2],
    "no end, but zeros": JPEG[:-2] + bytes(9),
    "half an end": JPEG[:-1],
    "junk before the start": b"\r\n\r\njunk" + JPEG,
    "a thumbnail": before_segments(JPEG, segment(0xE1, b"Exif\x00\x00" + exif(1) + JPEG)),
    "a thumbnail, and no end": before_segments(JPEG, segment(0xE1, b"Exif\x00\x00" + exif(1) + JPEG))[:-2],
    "comments": before_segments(JPEG, segment(0xFE, b"\xff\xd9"), segment(0xFE, b"\xff\xc0\xff\xda")),
    "restart markers": RESTARTS,
    "progressive": PROGRESSIVE,
    "progressive, and no end": PROGRESSIVE[:-2],
    "without Huffman tables, as webcams send it": without_segments(JPEG, 0xC4),
    "without a head of its own": without_segments(JPEG, 0xE0),
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_what_a_decoder_reads_is_used_and_passed_on_in_a_form_that_each_reads(data, capfd):
    frame = Frame(jpeg=data).turned(0, "none").resized(0, 0)
    assert frame.size == (64, 48)
    passed_on = frame.jpeg(1)
    assert passed_on.startswith(b"\xff\xd8\xff") and passed_on.endswith(b"\xff\xd9")
    for decoded in (frame.image_bgr, cv2.imdecode(np.frombuffer(passed_on, np.uint8), cv2.IMREAD_COLOR)):
        assert np.abs(decoded.astype(int) - SCENE).mean() < 6
    captured = capfd.readouterr().err.splitlines()
    assert all("extraneous bytes" in line for line in captured)  # those of the decoding in this test


@pytest.mark.parametrize("jpeg", [JPEG, RESTARTS], ids=["usual", "restart markers"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_what_is_cut_off_is_dropped(jpeg, share):
    with pytest.raises(BrokenFrameError):
        Frame(jpeg=jpeg[: round(len(jpeg) * share)]).resized(0, 0)


def test_damage_is_kept_from_standard_error(capfd):
    damaged = JPEG[: len(JPEG) // 2] + bytes(99) + JPEG[len(JPEG) // 2 + 99 :]
    for data in (damaged, damaged + JPEG, JPEG[:-200] + JPEG[-2:], FORMATS[".png"][:500], FORMATS[".tif"][:-200]):
        with contextlib.suppress(BrokenFrameError):
            Frame.from_picture(data).resized(32, 0)
    assert capfd.readouterr().err == ""


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    squeezed = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", squeezed) + chunk(b"IEND", b"")


def jpeg_that_says(width, height, scans=1):
    head = PROGRESSIVE if scans > 1 else JPEG
    at = head.index(b"\xff\xc2" if scans > 1 else b"\xff\xc0") + 5
    data = head[:at] + struct.pack(">HH", height, width) + head[at + 4 :]
    scan = data[data.index(b"\xff\xda") : -2]
    return data[:-2] + scan * (scans - 1) + data[-2:]


def bmp(width, height):
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(99)


def webp(width, height):
    content = (
        b"VP8 " + struct.pack("<I", 30) + b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(20)
    )
    return b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP" + content


def tiff(width, height):
    fields = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, height), (279, 9))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    return b"II*\x00" + struct.pack("<IH", 8, len(fields)) + entries + bytes(4)


BOMBS = {
    "png of 400 million pixels": png(20000, 20000),
    "png of a line": png(2_000_000_000, 1),
    "png of negative size": png(0x80000000, 5),
    "jpeg of a billion pixels": jpeg_that_says(16000, 65500),
    "jpeg of 4 billion pixels": jpeg_that_says(65535, 65535),
    "jpeg of many scans": jpeg_that_says(7000, 7000, scans=300),
    "jpeg of no pixels": jpeg_that_says(0, 0),
    "bmp of 900 million pixels": bmp(30000, 30000),
    "bmp upside down": bmp(30000, -30000),
    "webp of 268 million pixels": webp(16383, 16383),
    "tiff of 900 million pixels": tiff(30000, 30000),
    "ppm of 10 billion pixels": b"P6\n100000 100000\n255\n" + bytes(99),
    "pgm of digits": b"P2\n" + b"9" * 5000 + b" 1\n255\n",
    "a film": b"\x1aE\xdf\xa3" + bytes(999),
    "an animation": b"GIF89a" + bytes(99),
    "openexr": b"\x76\x2f\x31\x01" + bytes(99),
    "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(99),
    "hdr": b"#?RADIANCE\n\n-Y 30000 +X 30000\n" + bytes(99),
    "sun raster": b"\x59\xa6\x6a\x95" + struct.pack(">IIIIIII", 30000, 30000, 24, 0, 1, 0, 0),
}
MEASURE = """
import sys, json, resource
from deeplens_camera.decoding import decode_image
from deeplens_camera.errors import BrokenFrameError

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before, refused = peak_mb(), []
for line in sys.stdin:
    try:
        decode_image(bytes.fromhex(line))
    except BrokenFrameError as error:
        refused.append(str(error))
print(json.dumps([peak_mb() - before, refused]))
"""


def test_bombs_are_refused_before_memory_is_taken_for_them():
    lines = "".join(f"{data.hex()}\n" for data in BOMBS.values())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=lines, capture_output=True, text=True, check=True, timeout=120
    )
    grown_mb, refused = json.loads(done.stdout)
    assert len(refused) == len(BOMBS), dict(zip(BOMBS, refused, strict=False))
    assert grown_mb < 64 and done.stderr == ""


def test_what_is_as_large_as_may_be_is_decoded():
    side = int(MAX_PIXELS**0.5)
    assert decode_image(cv2.imencode(".jpg", np.zeros((side, side), np.uint8))[1].tobytes()).shape == (side, side, 3)


@given(
    name=st.sampled_from(sorted(FORMATS)),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    cut=st.integers(1, 20000),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_is_more_than_a_broken_frame(name, changes, cut):
    data = bytearray(FORMATS[name][:cut])
    for at, value in changes:
        data[at % len(data)] = value
    with contextlib.suppress(BrokenFrameError):
        assert Frame.from_picture(bytes(data)).turned(90, "none").resized(32, 32).image_bgr.shape == (32, 32, 3)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_each_format_is_decoded(name):
    assert decode_image(FORMATS[name]).shape == (48, 64, 3)


# Where the red corner, which is top left when the picture is upright, lies in the picture as it is stored.
STORED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a),
    8: lambda a: np.rot90(a, 3),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
}


def marked():
    upright = np.full((40, 64, 3), 200, np.uint8)
    upright[:20, :32] = (0, 0, 255)
    return upright


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_stands_as_its_exif_says(name, orientation):
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](marked())[:, :, ::-1]))
    said, data = Image.Exif(), io.BytesIO()
    said[0x0112] = orientation
    stored.save(data, name, exif=said, **({"quality": 95} if name == "JPEG" else {}))
    frame = Frame.from_picture(data.getvalue()).turned(0, "none").resized(0, 0)
    assert frame.size == (64, 40) and frame.image_bgr.shape == marked().shape
    assert np.abs(frame.image_bgr.astype(int) - marked()).mean() < 6
    passed_on = decode_image(frame.jpeg(95))
    assert np.abs(passed_on.astype(int) - marked()).mean() < 6


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", [0, 1, 9, 65535])
def test_a_jpeg_that_stands_already_is_passed_on_as_it_is(order, orientation):
    data = before_segments(JPEG, segment(0xE1, b"Exif\x00\x00" + exif(orientation, order)))
    assert Frame(jpeg=data).turned(0, "none").resized(0, 0).jpeg(1) is data


@given(block=st.binary(max_size=200), at=st.integers(0, 40), value=st.integers(0, 255))
@settings(deadline=None)
def test_any_exif_is_survived(block, at, value):
    said = bytearray(exif(6))
    said[at % len(said)] = value
    for each in (block, bytes(said), bytes(said)[:at]):
        frame = Frame(jpeg=before_segments(JPEG, segment(0xE1, b"Exif\x00\x00" + each)))
        assert sorted(frame.turned(0, "none").resized(0, 0).size) == [48, 64]
