"""The labelled sample photos, at a camera's size, and counting what is found in them."""

import json
import shutil

import numpy as np
import pytest
from face_models.samples.photos import (
    FOLDER,
    LABELS,
    DetectionCount,
    LabelledImage,
    count_detections,
    load_photos,
    match_boxes,
    scale_and_crop,
)
from signage_common.errors import ConfigurationError
from signage_common.home import signage_home

WHITE = 255
SIZES = [(1280, 720), (640, 480), (800, 600)]
FACES = [[0, 0, 100, 100], [200, 0, 300, 100]]
INSIDE, TOO_SMALL, TWICE_AS_WIDE = [22, 22, 78, 78], [30, 30, 70, 70], [-50, -50, 150, 150]


@pytest.fixture(scope="module")
def photo_folder():
    folder = signage_home() / FOLDER
    if not folder.exists():
        pytest.skip(f"{folder} is missing: ./signage setup fetches it")
    return folder


def test_the_truth_holds_22_whole_faces_of_six_photos():
    document = json.loads(LABELS.read_text())
    faces = np.array([face for photo in document["photos"] for face in photo["faces"]])
    assert len(document["photos"]) == 6 and faces.shape == (22, 4)
    assert "By eye" in document["made"]
    widths, heights = (faces[:, 2:] - faces[:, :2]).T
    assert (widths > 100).all() and (heights >= 0.95 * widths).all() and (heights < 2 * widths).all()
    for photo in document["photos"]:
        assert (np.array(photo["faces"]) >= 0).all() and (np.array(photo["faces"]) <= photo["size"] * 2).all()


def test_each_photo_comes_with_its_faces(photo_folder):
    for photo, entry in zip(load_photos(photo_folder), json.loads(LABELS.read_text())["photos"], strict=True):
        assert photo.image_bgr.shape == (entry["size"][1], entry["size"][0], 3)
        assert photo.faces_px.tolist() == entry["faces"]


def test_a_missing_photo_names_the_command_that_fetches_it(tmp_path):
    with pytest.raises(ConfigurationError, match=r"sample1\.jpg: No such file.*`\./signage setup` fetches it"):
        load_photos(tmp_path)


def test_another_photo_under_the_same_name_is_refused(photo_folder, tmp_path):
    shutil.copyfile(photo_folder / "sample2.jpg", tmp_path / "sample1.jpg")
    with pytest.raises(ConfigurationError, match=r"sample1\.jpg: expected the photo that was labelled"):
        load_photos(tmp_path)


def drawn_photo(width, height, *faces):
    """A black photo whose faces are white."""
    image = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in faces:
        image[top:bottom, left:right] = WHITE
    return LabelledImage("drawn", image, np.array(faces, np.float32))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "source",
    [
        drawn_photo(1920, 1400, (400, 900, 600, 1180)),
        drawn_photo(1920, 1080, (100, 100, 200, 200), (900, 300, 1000, 400)),
        drawn_photo(320, 200, (20, 20, 60, 60)),
    ],
)
def test_faces_are_where_the_boxes_say(size, source):
    framed = scale_and_crop(source, size)
    assert framed.image_bgr.shape == (size[1], size[0], 3)
    for left, top, right, bottom in framed.faces_px:
        inside = framed.image_bgr[int(top) + 6 : int(bottom) - 6, int(left) + 6 : int(right) - 6]
        assert inside.size and (inside > WHITE - 10).all()
    assert (framed.image_bgr > WHITE / 2).all(axis=2).sum() == pytest.approx(
        sum((right - left) * (bottom - top) for left, top, right, bottom in framed.faces_px), rel=0.05
    )


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_stretched(size):
    framed = scale_and_crop(drawn_photo(1920, 1400, (400, 500, 600, 700)), size)
    ((left, top, right, bottom),) = framed.faces_px
    assert right - left == pytest.approx(bottom - top, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_every_sample_face_is_whole(photo_folder, size):
    for photo in load_photos(photo_folder):
        framed = scale_and_crop(photo, size)
        assert (framed.faces_px >= 0).all() and (framed.faces_px <= [*size, *size]).all(), photo.name


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], DetectionCount(2, 0, 0)),
        ([FACES[0]], DetectionCount(2, 1, 0)),
        ([FACES[1], FACES[0]], DetectionCount(2, 2, 0)),
        ([FACES[0], FACES[0]], DetectionCount(2, 1, 1)),
        ([INSIDE], DetectionCount(2, 1, 0)),
        ([TOO_SMALL], DetectionCount(2, 0, 1)),
        ([TWICE_AS_WIDE], DetectionCount(2, 0, 1)),
        ([[500, 500, 600, 600], FACES[0]], DetectionCount(2, 1, 1)),
    ],
)
def test_count(found, expected):
    assert count_detections(boxes(*FACES), boxes(*found)) == expected


def test_without_faces_every_box_is_a_false_alarm():
    assert count_detections(boxes(), boxes(*FACES)) == DetectionCount(0, 0, 2)


def test_the_largest_overlap_is_paired_first():
    assert match_boxes(boxes(FACES[0]), boxes(INSIDE, FACES[0])) == {0: 1}


def test_counts_add_up():
    assert DetectionCount(3, 2, 1) + DetectionCount(4, 4, 0) == DetectionCount(7, 6, 1)
