import numpy as np
from face_inference.networks.detection import Detections
from face_models.labelled.finding import Finder, make_finder

PICTURE = np.zeros((60, 80, 3), np.uint8)
WHOLE = [0, 0, 80, 60]


class Given:
    """A detector that finds given boxes."""

    def __init__(self, *boxes):
        self.boxes = np.array(boxes, np.float32).reshape(-1, 4)

    def detect(self, image_bgr):
        return Detections(self.boxes, np.ones(len(self.boxes), np.float32))


def test_the_largest_face_is_taken():
    found = Finder(Given([0, 0, 10, 10], [20, 20, 50, 40]), is_cropped=False).find(PICTURE)
    assert found.tolist() == [20, 20, 50, 40]


def test_without_a_face_a_crop_is_taken_whole_and_a_photo_not_at_all():
    assert Finder(Given(), is_cropped=True).find(PICTURE).tolist() == WHOLE
    assert Finder(Given(), is_cropped=False).find(PICTURE) is None
    assert Finder(None, is_cropped=False).find(PICTURE).tolist() == WHOLE


def test_faces_are_looked_for_where_pictures_are_no_crops(models_dir, photos):
    assert make_finder(is_cropped=True, detect=None, models_dir=models_dir).detector is None
    found = make_finder(is_cropped=False, detect=None, models_dir=models_dir).find(photos["sample1"])
    assert 80 < found[2] - found[0] < 140
