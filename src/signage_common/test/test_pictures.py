"""The size of a picture is read before it is decoded, as decoders read it."""

import re

import pytest
from signage_common.pictures import LARGEST_PIXELS, PictureError, check_picture, lacks_end

pytestmark = pytest.mark.fault

PNG = b"\x89PNG\r\n\x1a\n"


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def frame(width, height, marker=0xC0):
    return segment(marker, b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03" + bytes(9))


def jpeg(*parts):
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda\x00\x02"


def png(width, height):
    return PNG + b"\x00\x00\x00\x0dIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(9)


@pytest.mark.parametrize(
    "data",
    [
        jpeg(frame(640, 480)),
        jpeg(frame(640, 480, 0xC2)),
        jpeg(segment(0xE0, b"JFIF"), segment(0xDB, bytes(64)), segment(0xC4, bytes(20)), frame(640, 480)),
        jpeg(b"\xff" * 500, frame(640, 480)),
        jpeg(b"nonsense\xff\x00", frame(640, 480)),
        jpeg(segment(0xE1, b"Exif" + jpeg(frame(160, 120))), frame(640, 480)),
        jpeg(b"\xff\xd0\xff\x01", frame(640, 480), frame(1, 1)),
        png(640, 480),
    ],
)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_the_size_is_read_as_a_decoder_reads_it(data, kind):
    assert check_picture(kind(data)) == (640, 480)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "expected a JPEG or PNG image, got 0 bytes"),
        (b"\xff", "expected a JPEG or PNG image"),
        (b"not a picture", "expected a JPEG or PNG image"),
        (PNG, "expected a JPEG or PNG image"),
        (b"\xff\xd8", "says its size"),
        (jpeg(), "says its size"),
        (jpeg(segment(0xC0, b"\x08\x00")), "says its size"),
        (b"\xff\xd8" + b"\xff" * 1_000_000, "says its size"),
        (b"\xff\xd8" + b"\xff\xe0\x00\x02" * 1_000_000, "says its size"),
        (jpeg(frame(0, 480)), "with pixels, got 0x480"),
        (png(640, 0), "with pixels, got 640x0"),
        (jpeg(frame(16000, 65500)), "at most 33 million pixels, got 16000x65500"),
        (png(20000, 20000), "got 20000x20000"),
        (png(2**32 - 1, 2**32 - 1), "at most 33 million pixels"),
        (jpeg(frame(64, 48)) + b"\xff\xda\x00\x02" * 100, "at most 100 scans, got 101"),
        (jpeg(b"\xff\xd0", frame(65000, 65000), frame(1, 1)), "got 65000x65000"),
    ],
)
def test_what_must_not_be_decoded_is_an_error(data, expected):
    with pytest.raises(PictureError, match=re.escape(expected)):
        check_picture(data)


def test_the_bound_is_included():
    assert check_picture(png(7680, 4320)) == (7680, 4320)
    with pytest.raises(PictureError):
        check_picture(png(LARGEST_PIXELS + 1, 1))
    assert check_picture(png(100, 10), largest_pixels=1000) == (100, 10)
    with pytest.raises(PictureError):
        check_picture(png(100, 10), largest_pixels=999)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (jpeg(frame(64, 48)), True),
        (jpeg(frame(64, 48)) + b"picture\xff", True),
        (jpeg(frame(64, 48)) + b"picture\xff\xd9", False),
        (jpeg(frame(64, 48)) + b"picture\xff\xd9" + bytes(600), False),
        (jpeg(segment(0xE1, b"Exif" + jpeg() + b"\xff\xd9"), frame(64, 48)), True),
        (b"", True),
    ],
)
def test_whether_the_end_is_missing(data, expected):
    assert lacks_end(data) is expected
