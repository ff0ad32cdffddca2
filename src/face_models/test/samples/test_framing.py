import numpy as np
import pytest
from face_models.samples.framing import frame
from face_models.samples.photos import LabelledImage, load_photos

WHITE = 255
SIZES = [(1280, 720), (640, 480), (800, 600)]


def photo(width, height, *faces):
    """A black photo whose faces are white."""
    image = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in faces:
        image[top:bottom, left:right] = WHITE
    return LabelledImage("drawn", image, np.array(faces, np.float32))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "source",
    [
        photo(1920, 1400, (400, 900, 600, 1180)),
        photo(1920, 1080, (100, 100, 200, 200), (900, 300, 1000, 400)),
        photo(320, 200, (20, 20, 60, 60)),
    ],
)
def test_faces_are_where_the_boxes_say(size, source):
    framed = frame(source, size)
    assert framed.image_bgr.shape == (size[1], size[0], 3)
    for left, top, right, bottom in framed.faces_px:
        inside = framed.image_bgr[int(top) + 6 : int(bottom) - 6, int(left) + 6 : int(right) - 6]
        assert inside.size and (inside > WHITE - 10).all()
    assert (framed.image_bgr > WHITE / 2).all(axis=2).sum() == pytest.approx(
        sum((right - left) * (bottom - top) for left, top, right, bottom in framed.faces_px), rel=0.05
    )


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_stretched(size):
    framed = frame(photo(1920, 1400, (400, 500, 600, 700)), size)
    ((left, top, right, bottom),) = framed.faces_px
    assert right - left == pytest.approx(bottom - top, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_every_sample_face_is_whole(photo_folder, size):
    for photo in load_photos(photo_folder):
        framed = frame(photo, size)
        assert (framed.faces_px >= 0).all() and (framed.faces_px <= [*size, *size]).all(), photo.name
