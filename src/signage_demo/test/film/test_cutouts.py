import cv2
import numpy as np
import pytest
from signage_common.errors import ConfigurationError
from signage_demo.film.cutouts import CAST, Person, cut_out, read_photo

FIGURE = Person(
    "figure",
    "none.png",
    "female",
    (0.5, 0.3, 0.2),
    (
        *((0.50, 0.18), (0.56, 0.19), (0.60, 0.24), (0.615, 0.30), (0.60, 0.36), (0.57, 0.40), (0.57, 0.49)),
        *((0.745, 0.49), (0.745, 1.0), (0.255, 1.0), (0.255, 0.49)),
        *((0.43, 0.49), (0.43, 0.40), (0.40, 0.36), (0.385, 0.30), (0.40, 0.24), (0.44, 0.19)),
    ),
)


@pytest.fixture
def photo():
    """Draw a red figure, head and shoulders, before a textured green wall."""
    noise = np.random.default_rng(1).integers(-20, 20, (800, 600, 3))
    picture = np.clip(np.array([60, 170, 60]) + noise, 0, 255).astype(np.uint8)
    cv2.ellipse(picture, (300, 240), (64, 88), 0, 0, 360, (40, 40, 200), -1)
    cv2.rectangle(picture, (160, 400), (440, 799), (40, 40, 200), -1)
    cv2.rectangle(picture, (270, 300), (330, 420), (40, 40, 200), -1)
    return picture


def test_the_figure_is_kept_and_the_wall_is_not(photo):
    cutout = cut_out(photo, FIGURE, 100)
    x, y, height = cutout.face_xyh_px
    opacity = cutout.bgra[..., 3]
    assert height == 100
    assert opacity[int(y), int(x)] == 255
    assert cutout.bgra[int(y), int(x), 2] == pytest.approx(200, abs=5)
    wall = opacity[: int(y), : int(x - 0.6 * height)]
    assert wall.size and wall.max() < 8
    green = (cutout.bgra[..., 1] > 120) & (opacity > 128)
    assert green.mean() < 0.01


def test_edges_are_soft(photo):
    opacity = cut_out(photo, FIGURE, 100).bgra[..., 3]
    assert ((opacity > 20) & (opacity < 235)).sum() > 300


def test_the_same_photo_gives_the_same_cutout(photo):
    assert (cut_out(photo, FIGURE, 90).bgra == cut_out(photo, FIGURE, 90).bgra).all()


def test_colours_are_multiplied_by_the_opacity(photo):
    bgra = cut_out(photo, FIGURE, 120).bgra.astype(int)
    assert (bgra[..., :3].max(axis=2) <= bgra[..., 3] + 1).all()


def test_a_photo_that_cant_be_read(tmp_path):
    (tmp_path / "sample6.jpg").write_bytes(b"no photo")
    with pytest.raises(ConfigurationError, match=r"sample6\.jpg: expected a photo"):
        read_photo("sample6.jpg", [tmp_path])


@pytest.mark.parametrize("person", CAST.values(), ids=lambda person: person.name)
def test_the_face_lies_inside_the_outline(person):
    xs, ys = zip(*person.outline, strict=True)
    assert min(xs) < person.face[0] < max(xs)
    assert min(ys) < person.face[1] - person.face[2] / 3 and person.face[1] < max(ys)
    assert all(0 <= value <= 1 for point in person.outline for value in point)
