import math

import numpy as np
import pytest
from face_inference.networks.ssd import SsdDetector, decode

PRIORS = np.array([[0, 0, 20, 40], [100, 100, 140, 120]], np.float32)  # ymin, xmin, ymax, xmax


def test_codes_move_and_stretch_the_prior():
    output = np.array([[5, -10, 5 * math.log(2), 0, 3]], np.float32)
    boxes, scores = decode(output, PRIORS[:1], 0.5)
    # centre y 10 + 0.5 * 20, x 20 - 1 * 40; height doubled
    assert boxes[0] == pytest.approx([-40, 0, 0, 40], abs=1e-4)
    assert scores[0] == pytest.approx(1 / (1 + math.exp(-3)))


@pytest.mark.parametrize(("score", "expected"), [(0.2, [0, 100]), (0.6, [100]), (0.999, []), (1, []), (0, [0, 100])])
def test_only_what_is_sure_enough_is_decoded(score, expected):
    output = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 0, 2]], np.float32)
    boxes, _ = decode(output, PRIORS, score)
    assert boxes[:, 0].tolist() == expected


def test_a_detector_gives_pixels_of_the_image_the_surest_first(given_output):
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
