from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from face_inference.networks.detection import Detections
from face_models.labelled.faces import LabelledFace
from face_models.labelled.images import BrokenImageError, FaceFinder, make_face_finder, read_batches, read_image
from PIL import Image
from signage_common.demographics import Gender

BLACK = np.zeros((60, 80, 3), np.uint8)
WHOLE = [0, 0, 80, 60]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
    assert cv2.imwrite(str(tmp_path / "photo.jpg"), pixels)
    return tmp_path / "photo.jpg"


def test_colours_are_as_opencv_reads_them(photo: Path) -> None:
    ours, theirs = read_image(photo), cv2.imread(str(photo))
    assert ours.shape == theirs.shape
    assert np.abs(ours.astype(int) - theirs).mean() < 2


def test_grey_and_transparent_pictures_become_colours(tmp_path: Path) -> None:
    for mode in ("L", "RGBA", "P"):
        Image.new(mode, (6, 4)).save(tmp_path / f"{mode}.png")
        assert read_image(tmp_path / f"{mode}.png").shape == (4, 6, 3)


def test_a_turned_photo_is_read_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (6, 4))
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=exif)
    assert read_image(tmp_path / "turned.jpg").shape == (6, 4, 3)


@pytest.mark.parametrize("cut", [0, 20, 0.5, 0.95])
def test_what_is_cut_off_is_broken(photo: Path, cut: float) -> None:
    data = photo.read_bytes()
    photo.write_bytes(data[: int(cut * len(data)) if cut < 1 else int(cut)])
    with pytest.raises(BrokenImageError, match="expected an image"):
        read_image(photo)


def test_batches_keep_the_order_and_tell_the_broken(photo: Path) -> None:
    gone = photo.with_name("gone.jpg")
    faces = [LabelledFace(path, Gender.MALE, 30.0) for path in (photo, gone, photo, photo, photo)]
    batches = list(read_batches(faces, batch=2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    flat = [pair for batch in batches for pair in batch]
    assert [face.path for face, _ in flat] == [face.path for face in faces]
    assert [isinstance(image, BrokenImageError) for _, image in flat] == [False, True, False, False, False]
    assert list(read_batches([])) == []


class Given:
    """A detector that finds given boxes."""

    def __init__(self, *boxes):
        self.boxes = np.array(boxes, np.float32).reshape(-1, 4)

    def detect(self, image_bgr):
        return Detections(self.boxes, np.ones(len(self.boxes), np.float32))


def test_the_largest_face_is_taken():
    found = FaceFinder(Given([0, 0, 10, 10], [20, 20, 50, 40]), is_cropped=False).find(BLACK)
    assert found.tolist() == [20, 20, 50, 40]


def test_without_a_face_a_crop_is_taken_whole_and_a_photo_not_at_all():
    assert FaceFinder(Given(), is_cropped=True).find(BLACK).tolist() == WHOLE
    assert FaceFinder(Given(), is_cropped=False).find(BLACK) is None
    assert FaceFinder(None, is_cropped=False).find(BLACK).tolist() == WHOLE


def test_faces_are_looked_for_where_pictures_are_no_crops(models_dir, photos):
    assert make_face_finder(is_cropped=True, detect=None, models_dir=models_dir).detector is None
    found = make_face_finder(is_cropped=False, detect=None, models_dir=models_dir).find(photos["sample1"])
    assert 80 < found[2] - found[0] < 140
