"""Whatever encoding a driver sends becomes the same picture, and what can't is refused in one line that names it."""

import array
import math

import cv2
import numpy as np
import pytest
from face_inference.images import CorruptImageError
from face_inference.raw_images import ENCODINGS, RawImage, to_bgr, with_colours

pytestmark = pytest.mark.fault

HEIGHT, WIDTH = 36, 64
# Smooth, so that colours of every second pixel say enough.
ROWS, COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH]
BGR = np.stack([60 + 2 * COLUMNS, 200 - 3 * ROWS, 40 + COLUMNS + ROWS], axis=2).astype(np.uint8)
YUV = np.array([cv2.cvtColor(BGR, cv2.COLOR_BGR2YUV_I420)]).reshape(-1, WIDTH)
Y, U, V = YUV[:HEIGHT], *(plane.reshape(HEIGHT // 2, WIDTH // 2) for plane in np.split(YUV[HEIGHT:], 2))
COLOURS_OF_ALL = np.stack([U, V], axis=2).repeat(2, axis=0).repeat(2, axis=1)


def packed_yuv(first_is_colour):
    """Give rows of brightness and one colour in turn, u for even pixels, v for odd ones."""
    colour = np.where(COLUMNS % 2 == 0, COLOURS_OF_ALL[:, :, 0], COLOURS_OF_ALL[:, :, 1])
    return np.stack([colour, Y] if first_is_colour else [Y, colour], axis=2)


def mosaic(pattern):
    """Give the one colour that the filter over each pixel lets through; ``pattern`` names those of two by two."""
    channel = {"b": 0, "g": 1, "r": 2}
    values = np.empty((HEIGHT, WIDTH), np.uint8)
    for index, colour in enumerate(pattern):
        row, column = divmod(index, 2)
        values[row::2, column::2] = BGR[row::2, column::2, channel[colour]]
    return values


def with_alpha(pixels):
    return np.dstack([pixels, np.full((HEIGHT, WIDTH), 7, np.uint8)])


GREY = cv2.cvtColor(BGR, cv2.COLOR_BGR2GRAY)
GREY_BGR = cv2.cvtColor(GREY, cv2.COLOR_GRAY2BGR)
RGB = np.ascontiguousarray(BGR[:, :, ::-1])
EIGHT_BITS = {
    "bgr8": BGR,
    "rgb8": RGB,
    "bgra8": with_alpha(BGR),
    "rgba8": with_alpha(RGB),
    "mono8": GREY,
    "8UC1": GREY,
    "8UC3": BGR,
    "8UC4": with_alpha(BGR),
    **{f"bayer_{pattern}8": mosaic(pattern) for pattern in ("rggb", "bggr", "gbrg", "grbg")},
}
SIXTEEN_BITS = {
    name.replace("8UC", "16UC") if "UC" in name else f"{name[:-1]}16": pixels.astype(np.uint16) * 257
    for name, pixels in EIGHT_BITS.items()
}
YUVS = {
    **dict.fromkeys(("yuv422", "uyvy"), packed_yuv(first_is_colour=True)),
    **dict.fromkeys(("yuv422_yuy2", "yuyv"), packed_yuv(first_is_colour=False)),
    "nv12": np.concatenate([Y, np.stack([U, V], axis=2).reshape(-1, WIDTH)]),
    "nv21": np.concatenate([Y, np.stack([V, U], axis=2).reshape(-1, WIDTH)]),
    "nv24": np.concatenate([Y, COLOURS_OF_ALL.reshape(-1, WIDTH)]),
}
PICTURES = EIGHT_BITS | SIXTEEN_BITS | YUVS


def expected_of(encoding):
    return GREY_BGR if "mono" in encoding or encoding.endswith("UC1") else BGR


def as_rows(pixels, is_bigendian=False):
    """Return what is sent: the bytes, row by row."""
    ordered = pixels.astype(pixels.dtype.newbyteorder(">" if is_bigendian else "<"))
    return np.frombuffer(ordered.tobytes(), np.uint8).reshape(pixels.shape[0], -1)


def padded(encoding, rows, padding):
    """Return the rows with so many bytes behind each; of nv24, a row of colours takes two."""
    if encoding == "nv24":
        colours = padded("", rows[HEIGHT:].reshape(HEIGHT, -1), 2 * padding).reshape(2 * HEIGHT, -1)
        return np.concatenate([padded("", rows[:HEIGHT], padding), colours])
    return np.pad(rows, ((0, 0), (0, padding)), constant_values=255)


def raw(encoding, rows, is_bigendian=False, **changes):
    """Return an image of these rows of bytes, as a message holds it."""
    data = array.array("B", rows.tobytes())
    said = {"width": WIDTH, "height": HEIGHT, "step": rows.shape[1], "encoding": encoding, "data": data}
    return RawImage(**{**said, "is_bigendian": is_bigendian, **changes})


def assert_alike(image, expected, most):
    """Assert that pixels are alike, but for the border, where a mosaic has fewer neighbours."""
    assert image.shape == expected.shape and image.dtype == np.uint8 and image.flags.c_contiguous
    assert np.abs(image.astype(int) - expected)[2:-2, 2:-2].max() <= most


def test_the_table_below_holds_every_encoding():
    assert PICTURES.keys() == ENCODINGS.keys()


@pytest.mark.parametrize("encoding", PICTURES)
@pytest.mark.parametrize("is_bigendian", [False, True])
@pytest.mark.parametrize("padding", [0, 1, 30])
def test_every_encoding_becomes_bgr(encoding, is_bigendian, padding):
    rows = padded(encoding, as_rows(PICTURES[encoding], is_bigendian), padding)
    is_exact = encoding in EIGHT_BITS | SIXTEEN_BITS and not encoding.startswith("bayer")
    image = to_bgr(raw(encoding, rows, is_bigendian))
    assert_alike(image, expected_of(encoding), most=0 if is_exact else 8)


@pytest.mark.parametrize("encoding", sorted(name for name in PICTURES if name in EIGHT_BITS | SIXTEEN_BITS))
@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (63, 35), (64, 1), (1, 36)])
def test_odd_sizes_will_do_where_pixels_stand_alone(encoding, width, height):
    pixels = PICTURES[encoding][:height, :width]
    image = to_bgr(raw(encoding, as_rows(pixels), width=width, height=height))
    assert image.shape == (height, width, 3)
    if not encoding.startswith("bayer"):
        assert (image == expected_of(encoding)[:height, :width]).all()


@pytest.mark.parametrize("encoding", ["nv12", "nv21", "nv24"])
def test_a_step_that_counts_both_planes_will_do(encoding):
    assert_alike(to_bgr(raw(encoding, PICTURES[encoding], step=2 * WIDTH)), BGR, most=8)


@pytest.mark.parametrize(
    "encoding",
    [
        *(
            "",
            "nonsense",
            "BGR8",
            "bgr",
            "yuv420",
            "nv16",
            "h264",
            "jpeg",
            "bayer_rggb12",
            "mono12",
            "\x00\n",
            "x" * 10**6,
        ),
        *(f"{depth}C{count}" for depth in ("8S", "16S", "32S", "32F", "64F") for count in (1, 3)),
        *("8UC2", "16UC2", "8UC5", "8UC"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_line_that_names_it(encoding):
    with pytest.raises(CorruptImageError, match="expected an encoding that can become bgr8") as told:
        to_bgr(raw(encoding, as_rows(BGR)))
    line = str(told.value)
    assert "\n" not in line and len(line) < 200 and repr(encoding)[:9] in line


@pytest.mark.parametrize("encoding", ["bgr8", "mono16", "yuv422", "nv12", "nv24", "bayer_grbg8"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"width": 0}, "pixels"),
        ({"height": 0}, "pixels"),
        ({"step": 0}, "bytes or more"),
        ({"step": WIDTH - 1}, "bytes or more"),
        ({"step": 2**32 - 1}, " bytes"),
        ({"height": 2 * HEIGHT}, " bytes"),
        ({"height": 2**32 - 2}, "pixels"),
        ({"width": 2**32 - 2}, "pixels"),
        ({"width": 20_000, "height": 20_000}, "pixels"),
        ({"data": array.array("B")}, " bytes"),
        ({"data": array.array("B", bytes(100))}, " bytes"),
    ],
)
def test_an_image_that_does_not_agree_with_itself_is_refused(encoding, changes, expected):
    with pytest.raises(CorruptImageError, match=expected) as told:
        to_bgr(raw(encoding, as_rows(PICTURES[encoding]), **changes))
    assert encoding in str(told.value) and str(told.value).startswith("expected")


@pytest.mark.parametrize("encoding", sorted(YUVS))
@pytest.mark.parametrize("changes", [{"width": 63}, {"width": 1}])
def test_pixels_that_share_colours_need_an_even_size(encoding, changes):
    with pytest.raises(CorruptImageError, match=f"width.*{encoding}"):
        to_bgr(raw(encoding, PICTURES[encoding].reshape(len(PICTURES[encoding]), -1), **changes))


@pytest.mark.parametrize("pattern", ["rggb", "bggr", "gbrg", "grbg"])
def test_a_mosaic_that_was_compressed_as_grey_gets_its_colours(pattern):
    grey = cv2.cvtColor(mosaic(pattern), cv2.COLOR_GRAY2BGR)
    assert_alike(with_colours(grey, f"bayer_{pattern}8"), BGR, most=8)


@pytest.mark.parametrize("encoding", ["", "bgr8", "mono16", "bayer_nonsense8", "jpeg"])
def test_what_is_no_mosaic_stays_as_it_is(encoding):
    assert with_colours(BGR, encoding) is BGR


def test_the_largest_image_will_do_and_a_larger_one_is_refused_unread():
    width, height = 7680, 4320
    largest = RawImage(width, height, width, "mono8", False, bytes(width * height))
    assert to_bgr(largest).shape == (height, width, 3)
    with pytest.raises(CorruptImageError, match="33,177,600 pixels"):
        to_bgr(RawImage(width, height + 1, width, "mono8", False, b""))
    assert math.prod((width, height)) == 33_177_600
