import numpy as np
import pytest
from face_inference.networks.tiny import ANCHORS_CELLS, TinyDetector, decode

NOTHING = [0, 0, 0, 0, -20]


def test_a_box_is_decoded_from_its_cell_and_anchor():
    output = np.array([NOTHING] * 30, np.float32)
    output[4 * 5 + 2] = [0, 0, np.log(2), 0, 1]  # fifth cell of two rows of three, third anchor
    boxes, scores = decode(output, 3, 0.5)
    width, height = ANCHORS_CELLS[2] * [2, 1] * 32
    assert boxes[0] == pytest.approx([48 - width / 2, 48 - height / 2, 48 + width / 2, 48 + height / 2], rel=1e-5)
    assert scores[0] == pytest.approx(0.7310586)
    assert boxes.dtype == scores.dtype == np.float32


def test_a_detector_gives_pixels_of_the_image(given_output):
    output = [NOTHING] * 20
    output[3 * 5] = [0, 0, 0, 0, 4]
    output[2 * 5] = [0, 0, 0, 0, 3]
    detector = TinyDetector(given_output(64, 64, output), 0.5)
    found = detector.detect(np.zeros((256, 256, 3), np.uint8))
    half = ANCHORS_CELLS[0] * 64
    right_column = [192 - half[0], 192 - half[1], 256, 256]
    assert found.xyxy_px[0] == pytest.approx(right_column, abs=1e-3)
    assert found.xyxy_px[1][0] == 0
