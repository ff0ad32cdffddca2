import pytest
from face_inference.boxes import box_around, centre, extent, inside, shared_part, shorter_side


def test_centre_and_extent_make_the_box_again():
    box = (10.0, 20.0, 40.0, 80.0)
    assert box_around(centre(box), extent(box)) == box


@pytest.mark.parametrize(("box", "size"), [((0, 0, 30, 40), 30), ((0, 0, 50, 40), 40), ((10, 10, 5, 20), 0)])
def test_shorter_side(box, size):
    assert shorter_side(box) == size


@pytest.mark.parametrize(
    ("a", "b", "part"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (2, 2, 4, 4), 1.0),
        ((0, 0, 10, 10), (5, 0, 15, 10), 0.5),
        ((0, 0, 10, 10), (20, 0, 30, 10), 0.0),
        ((0, 0, 10, 10), (5, 5, 5, 5), 0.0),
    ],
)
def test_shared_part(a, b, part):
    assert shared_part(a, b) == shared_part(b, a) == pytest.approx(part)


def test_inside_cuts_at_the_border():
    assert inside((-5.0, 3.0, 2000.0, 700.0), (1280, 720)) == (0.0, 3.0, 1280.0, 700.0)
