import numpy as np
import pytest
from face_inference.networks.detection import Detections
from face_inference.networks.size_limit import SizeLimit

IMAGE = np.zeros((720, 1280, 3), np.uint8)


class Given:
    """A detector whose answer is known."""

    def __init__(self, *boxes):
        self.found = Detections(
            np.array(boxes, np.float32).reshape(-1, 4), np.linspace(0.9, 0.5, len(boxes), dtype="f4")
        )

    def detect(self, image_bgr):
        return self.found


@pytest.mark.parametrize(
    ("boxes", "kept"),
    [
        ([], []),
        ([[0, 0, 100, 100], [300, 0, 1000, 720]], [0, 1]),
        ([[0, 0, 1280, 720]], []),
        ([[100, 0, 1280, 720], [10, 10, 60, 70], [0, 0, 910, 720]], [1]),
    ],
)
def test_a_box_that_covers_most_of_the_picture_is_left_out(boxes, kept):
    given = Given(*boxes)
    found = SizeLimit(given).detect(IMAGE)
    assert found.xyxy_px.tolist() == given.found.xyxy_px[kept].tolist()
    assert found.scores.tolist() == given.found.scores[kept].tolist()
