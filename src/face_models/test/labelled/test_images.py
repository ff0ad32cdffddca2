from __future__ import annotations

import io
import os
import subprocess
import sys
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


def jpeg_of(width, height, **options):
    data = io.BytesIO()
    Image.new("RGB", (width, height)).save(data, "JPEG", **options)
    return data.getvalue()


def saying(data, width, height):
    """Return a JPEG or PNG that says another size."""
    at = 16 if data.startswith(b"\x89PNG") else data.index(b"\xff\xc0") + 5
    size = (width, height) if data.startswith(b"\x89PNG") else (height, width)
    width_bytes = 4 if data.startswith(b"\x89PNG") else 2
    said = b"".join(one.to_bytes(width_bytes, "big") for one in size)
    return data[:at] + said + data[at + len(said) :]


PNG = cv2.imencode(".png", BLACK)[1].tobytes()
HOSTILE = {
    "jpeg of a gigapixel": saying(jpeg_of(8, 8), 16000, 65500),
    "png of 400 megapixels": saying(PNG, 20000, 20000),
    "png of all pixels": saying(PNG, 2**31 - 1, 2**31 - 1),
    "jpeg of ten thousand scans": jpeg_of(8, 8)[:-2] + b"\xff\xda\x00\x02" * 10_000,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n",
    "odd exif": jpeg_of(8, 8, exif=b"Exif\x00\x00MM\x00*" + b"\xff" * 200)[:200],
    "zeros": bytes(10_000),
    "text": b"25 years",
}


@pytest.mark.fault
@pytest.mark.parametrize("name", HOSTILE)
def test_what_no_image_of_a_face_is_is_broken_and_costs_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "25_1_0_x.jpg"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(BrokenImageError, match="expected an image") as told:
        read_image(path)
    assert "\n" not in str(told.value) and "BytesIO" not in str(told.value) and len(str(told.value)) < 400


@pytest.mark.fault
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.touch])
def test_what_is_no_file_is_broken_at_once(tmp_path: Path, make) -> None:
    make(tmp_path / "image.jpg")
    with pytest.raises(BrokenImageError, match="expected an image"):
        read_image(tmp_path / "image.jpg")


READ = """
import resource, sys
from pathlib import Path
from face_models.labelled.faces import Gender, LabelledFace
from face_models.labelled.images import BrokenImageError, read_batches
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
faces = [LabelledFace(path, Gender.MALE, 30.0) for path in sorted(Path(sys.argv[1]).iterdir()) for _ in range(5)]
read = [not isinstance(image, BrokenImageError) for batch in read_batches(faces) for _, image in batch]
print(read.count(True), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.fault
def test_hostile_images_and_large_ones_fit_into_memory(tmp_path: Path) -> None:
    for name, data in HOSTILE.items():
        (tmp_path / f"{name}.jpg").write_bytes(data)
    (tmp_path / "large.jpg").write_bytes(jpeg_of(4000, 3000))
    command = [sys.executable, "-c", READ, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    read, more_kb = map(int, done.stdout.split())
    assert read == 5 and more_kb < 700_000


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
