import array
import itertools

import cv2
import numpy as np
import pytest
from face_inference.images import CorruptImageError, decode, decode_thumbnail, shrink

IMAGE = np.zeros((48, 64, 3), np.uint8) + np.array([200, 100, 20], np.uint8)


def encoded(extension=".jpg"):
    return cv2.imencode(extension, IMAGE)[1].tobytes()


@pytest.mark.parametrize("extension", [".jpg", ".png"])
@pytest.mark.parametrize("kind", [bytes, lambda data: array.array("B", data)])
def test_an_image_is_decoded_in_bgr(extension, kind):
    image = decode(kind(encoded(extension)))
    assert image.shape == IMAGE.shape
    assert np.abs(image.astype(int) - IMAGE).max() <= 3


def test_a_grey_image_has_three_channels():
    assert decode(cv2.imencode(".jpg", IMAGE[:, :, 0])[1].tobytes()).shape == IMAGE.shape


@pytest.mark.parametrize("data", [b"", b"not an image", encoded()[:-40], encoded()[:100]])
def test_what_is_no_whole_image_is_an_error(data):
    with pytest.raises(CorruptImageError, match="expected a JPEG or PNG"):
        decode(data)


@pytest.mark.parametrize("extension", [".jpg", ".png"])
def test_a_thumbnail_is_an_eighth_and_grey(extension):
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    thumbnail = decode_thumbnail(cv2.imencode(extension, ramp)[1])
    assert thumbnail.shape == (8, 32) and thumbnail.dtype == np.uint8
    assert np.abs(thumbnail.astype(int) - shrink(ramp)).max() <= 3


@pytest.mark.parametrize("data", [b"", b"not an image", encoded()[:100]])
def test_a_thumbnail_of_no_image_is_an_error(data):
    with pytest.raises(CorruptImageError, match="expected a JPEG or PNG"):
        decode_thumbnail(data)


SCENE = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (72, 96, 3), np.uint8), (9, 9), 0)
KINDS = {
    "baseline": [],
    "progressive": [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
    "restarts": [cv2.IMWRITE_JPEG_RST_INTERVAL, 2],
}


def scene_as(kind):
    return cv2.imencode(".jpg", SCENE, KINDS[kind])[1].tobytes()


SURROUNDED = {
    "as it is": lambda jpeg: jpeg,
    "fill bytes behind the start": lambda jpeg: jpeg[:2] + b"\xff" * 7 + jpeg[2:],
    "zeros behind the end": lambda jpeg: jpeg + bytes(600),
    "junk behind the end": lambda jpeg: jpeg + b"--boundary\r\n" * 50,
    "another one behind the end": lambda jpeg: jpeg + jpeg[: len(jpeg) // 2],
    "zeros before the end": lambda jpeg: jpeg[:-2] + bytes(40) + jpeg[-2:],
    "no end": lambda jpeg: jpeg[:-2],
    "half of the end": lambda jpeg: jpeg[:-1],
}


@pytest.mark.fault
@pytest.mark.parametrize(("kind", "how"), itertools.product(KINDS, SURROUNDED))
def test_a_jpeg_is_taken_whatever_stands_around_its_parts(capfd, kind, how):
    jpeg = scene_as(kind)
    surrounded = SURROUNDED[how](jpeg)
    assert (decode(surrounded) == decode(jpeg)).all()
    assert (decode_thumbnail(surrounded) == decode_thumbnail(jpeg)).all()
    assert capfd.readouterr().err == ""


@pytest.mark.fault
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("read", [decode, decode_thumbnail])
def test_a_jpeg_that_is_cut_off_is_damaged_and_nothing_is_printed(capfd, kind, share, read):
    jpeg = scene_as(kind)
    for _ in range(3):
        with pytest.raises(CorruptImageError, match="expected a JPEG or PNG"):
            read(jpeg[: int(share * len(jpeg))])
    assert capfd.readouterr().err == ""


def jpeg_that_says(width, height):
    """Return a JPEG of one pixel that says another size."""
    data = bytearray(cv2.imencode(".jpg", SCENE[:1, :1])[1])
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


def png_that_says(width, height):
    data = bytearray(cv2.imencode(".png", SCENE[:1, :1])[1])
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return bytes(data)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (jpeg_that_says(16000, 65500), "16000x65500"),
        (jpeg_that_says(65500, 65500), "65500x65500"),
        (jpeg_that_says(0, 65500), "0x65500"),
        (png_that_says(20000, 20000), "20000x20000"),
        (png_that_says(2**31 - 1, 2**31 - 1), "million pixels"),
        (bytes(100_000_001), "bytes, got 100,000,001"),
        (b"\x00" * 12 + encoded(".png"), "something else"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "something else"),
        (b"BM" + bytes(100), "something else"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("read", [decode, decode_thumbnail])
def test_what_is_too_large_or_of_another_kind_is_refused_before_it_is_decoded(data, expected, read):
    with pytest.raises(CorruptImageError, match=expected):
        read(data)


@pytest.mark.fault
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_png_of_any_depth_is_taken(dtype, channels):
    pixels = np.dstack([SCENE, SCENE[:, :, :1]])[:, :, :channels].astype(dtype) * (257 if dtype is np.uint16 else 1)
    data = cv2.imencode(".png", pixels)[1].tobytes()
    expected = SCENE if channels > 1 else SCENE[:, :, :1]
    assert np.abs(decode(data).astype(int) - expected).max() <= 1
    assert decode_thumbnail(data).shape == (9, 12)
