import math

import numpy as np
import pytest
from face_inference.networks.converted_detectors import (
    ANCHORS_CELLS,
    SsdDetector,
    TinyDetector,
    decode_ssd,
    decode_tiny,
)

PRIORS = np.array([[0, 0, 20, 40], [100, 100, 140, 120]], np.float32)  # ymin, xmin, ymax, xmax


def test_ssd_codes_move_and_stretch_the_prior():
    output = np.array([[5, -10, 5 * math.log(2), 0, 3]], np.float32)
    boxes, scores = decode_ssd(output, PRIORS[:1], 0.5)
    # centre y 10 + 0.5 * 20, x 20 - 1 * 40; height doubled
    assert boxes[0] == pytest.approx([-40, 0, 0, 40], abs=1e-4)
    assert scores[0] == pytest.approx(1 / (1 + math.exp(-3)))


@pytest.mark.parametrize(("score", "expected"), [(0.2, [0, 100]), (0.6, [100]), (0.999, []), (1, []), (0, [0, 100])])
def test_only_what_is_sure_enough_is_decoded(score, expected):
    output = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 0, 2]], np.float32)
    boxes, _ = decode_ssd(output, PRIORS, score)
    assert boxes[:, 0].tolist() == expected


def test_the_ssd_detector_gives_pixels_of_the_image_the_surest_first(given_output):
    """The image is twice as large as the input; two of three priors overlap."""
    priors = np.array([[10, 20, 30, 40], [11, 20, 31, 40], [30, 50, 50, 90]], np.float32)
    output = [[0, 0, 0, 0, 1], [0, 0, 0, 0, 2], [0, 0, 0, 0, 3]]
    detector = SsdDetector(given_output(50, 80, output, priors_px=priors), 0.5)
    found = detector.detect(np.zeros((100, 160, 3), np.uint8))
    assert found.xyxy_px.tolist() == [[100, 60, 160, 100], [40, 22, 80, 62]]
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def test_nothing_found_is_an_empty_table(given_output):
    detector = SsdDetector(given_output(50, 80, [[0, 0, 0, 0, -9]], priors_px=PRIORS[:1]), 0.5)
    found = detector.detect(np.zeros((100, 160, 3), np.uint8))
    assert (found.xyxy_px.shape, found.scores.shape) == ((0, 4), (0,))


NOTHING = [0, 0, 0, 0, -20]


def test_a_tiny_box_is_decoded_from_its_cell_and_anchor():
    output = np.array([NOTHING] * 30, np.float32)
    output[4 * 5 + 2] = [0, 0, np.log(2), 0, 1]  # fifth cell of two rows of three, third anchor
    boxes, scores = decode_tiny(output, 3, 0.5)
    width, height = ANCHORS_CELLS[2] * [2, 1] * 32
    assert boxes[0] == pytest.approx([48 - width / 2, 48 - height / 2, 48 + width / 2, 48 + height / 2], rel=1e-5)
    assert scores[0] == pytest.approx(0.7310586)
    assert boxes.dtype == scores.dtype == np.float32


def test_the_tiny_detector_gives_pixels_of_the_image(given_output):
    output = [NOTHING] * 20
    output[3 * 5] = [0, 0, 0, 0, 4]
    output[2 * 5] = [0, 0, 0, 0, 3]
    detector = TinyDetector(given_output(64, 64, output), 0.5)
    found = detector.detect(np.zeros((256, 256, 3), np.uint8))
    half = ANCHORS_CELLS[0] * 64
    right_column = [192 - half[0], 192 - half[1], 256, 256]
    assert found.xyxy_px[0] == pytest.approx(right_column, abs=1e-3)
    assert found.xyxy_px[1][0] == 0
