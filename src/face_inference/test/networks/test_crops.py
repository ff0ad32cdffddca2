import numpy as np
import pytest
from face_inference.networks.crops import crop

IMAGE = np.arange(20 * 30 * 3, dtype=np.uint16).astype(np.uint8).reshape(20, 30, 3)


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
    cut = crop(IMAGE, np.array(box, np.float32), factor)
    assert np.array_equal(cut.image_bgr, IMAGE[rows, columns])
    assert cut.origin_px == (columns.start, rows.start)
    assert np.shares_memory(cut.image_bgr, IMAGE)


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
    assert crop(IMAGE, np.array(box, np.float32)) is None
