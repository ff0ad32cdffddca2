import numpy as np
import pytest
from face_inference.networks.preprocessing import InputBuffer, Placement, crop, place, scale_table

RAW = scale_table((0, 0, 0), 1)
BLUE, GREEN, RED = (10, 20, 30)


def image_of(height, width):
    return np.full((height, width, 3), (BLUE, GREEN, RED), np.uint8)


def test_the_table_scales_each_channel_by_its_own_mean():
    table = scale_table((1, 2, 3), 4)
    assert table.dtype == np.float32
    assert table[:, 255].tolist() == [254 / 4, 253 / 4, 252 / 4]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((720, 1280), (288, 512)),
        ((480, 640), (288, 384)),
        ((100, 1000), (51, 512)),
        ((9000, 2), (288, 1)),
        ((3, 3), (288, 288)),
    ],
)
def test_an_image_just_fits(size, expected):
    assert place(size, 288, 512) == expected


def test_planes_are_red_green_blue():
    buffer = InputBuffer(2, 2, RAW)
    buffer.fill(image_of(2, 2))
    assert buffer.planes[0, :, 0, 0].tolist() == [RED, GREEN, BLUE]


def test_an_image_is_stretched_where_that_is_asked_for():
    buffer = InputBuffer(8, 4, RAW, stretched=True)
    placement = buffer.fill(image_of(16, 16))
    assert placement == Placement((0.25, 0.5), (0, 0))
    assert (buffer.planes[0, 0] == RED).all()


@pytest.mark.parametrize(("centred", "rows"), [(False, slice(0, 4)), (True, slice(2, 6))])
def test_what_the_image_does_not_cover_is_black(centred, rows):
    buffer = InputBuffer(8, 8, scale_table((5, 5, 5), 1), centred)
    buffer.fill(image_of(4, 8))
    covered = np.full((8, 8), -5.0)
    covered[rows] = GREEN - 5
    assert np.array_equal(buffer.planes[0, 1], covered)


def test_nothing_of_the_image_before_stays():
    buffer = InputBuffer(8, 8, RAW)
    buffer.fill(image_of(8, 4))
    buffer.fill(image_of(4, 8))
    assert buffer.planes[0, 0, 4:].max() == 0


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("size", [(90, 160), (30, 7), (333, 41)])
def test_a_place_in_the_input_is_found_again_in_the_image(centred, size):
    """A bright spot of the image lies where the placement says."""
    image = np.zeros((*size, 3), np.uint8)
    y, x = size[0] // 3, size[1] // 2
    image[y - 3 : y + 3, x - 3 : x + 3] = 255
    buffer = InputBuffer(64, 96, RAW, centred)
    placement = buffer.fill(image)
    ys, xs = np.indices((64, 96)) + 0.5
    bright = buffer.planes[0, 0]
    spot = np.array([[(xs * bright).sum(), (ys * bright).sum()]], np.float32) / bright.sum()
    assert placement.to_image(spot)[0] == pytest.approx([x, y], abs=0.6 / min(placement.scale) + 0.05)


def test_boxes_are_placed_as_pairs_of_points():
    placement = Placement((0.5, 0.25), (10, 20))
    assert placement.to_image(np.array([[10, 20, 15, 30]], np.float32)).tolist() == [[0, 0, 10, 40]]


def test_an_image_may_be_a_view():
    wide = np.random.default_rng(0).integers(0, 256, (20, 40, 3), np.uint8)
    ours, copied = InputBuffer(8, 8, RAW), InputBuffer(8, 8, RAW)
    ours.fill(wide[2:18, 5:21])
    copied.fill(wide[2:18, 5:21].copy())
    assert np.array_equal(ours.planes, copied.planes)


PATTERN = np.arange(20 * 30 * 3, dtype=np.uint16).astype(np.uint8).reshape(20, 30, 3)


@pytest.mark.parametrize(
    ("box", "factor", "rows", "columns"),
    [
        ([5, 4, 15, 12], 1, slice(4, 12), slice(5, 15)),
        ([5.75, 4.5, 15.75, 12.5], 1, slice(4, 12), slice(5, 15)),
        ([-4, -5, 6, 7], 1, slice(0, 7), slice(0, 6)),
        ([25, 15, 45, 35], 1, slice(15, 20), slice(25, 30)),
        ([10, 10, 14, 14], 1.5, slice(9, 15), slice(9, 15)),
        ([10, 8, 18, 16], 0.5, slice(10, 14), slice(12, 16)),
    ],
)
def test_a_box_is_cut_out_as_far_as_there_is_image(box, factor, rows, columns):
    cut = crop(PATTERN, np.array(box, np.float32), factor)
    assert np.array_equal(cut.image_bgr, PATTERN[rows, columns])
    assert cut.origin_px == (columns.start, rows.start)
    assert np.shares_memory(cut.image_bgr, PATTERN)


@pytest.mark.parametrize(
    "box",
    [
        [30, 0, 40, 10],
        [-9, 0, -1, 10],
        [5, 5, 5, 9],
        [9, 9, 5, 5],
        [np.nan, 0, 9, 9],
        [0, 0, np.inf, 9],
        [5, 5, 5.9, 9],
    ],
)
def test_a_box_without_a_pixel_gives_none(box):
    assert crop(PATTERN, np.array(box, np.float32)) is None
