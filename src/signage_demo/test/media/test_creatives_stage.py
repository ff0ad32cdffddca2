import numpy as np
import pytest
from signage_demo.media.creatives_stage import Backdrop, Blob, Sprite, alternate, blend, ease, swing


def white(width, height):
    return Sprite(np.ones((height, width, 4), np.float32))


def black():
    return np.zeros((720, 1280, 3), np.uint8)


@pytest.mark.parametrize(("x", "expected"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (3, 1)])
def test_ease(x, expected):
    assert ease(x) == pytest.approx(expected)


def test_a_swing_of_whole_turns_has_no_seam():
    assert swing(1.0, 3, 0.2) == pytest.approx(swing(0.0, 3, 0.2))


def test_a_backdrop_shows_its_blob():
    frame = Backdrop("#000000", [Blob("#ff0000", 0.9, 0.5, 0.2, 0.0)])(0.0)
    assert frame.shape == (720, 1280, 3)
    assert frame[360, 648, 2] > 240 and frame[10, 10, 2] < 5


def test_a_sprite_lies_where_it_is_put_also_over_the_edge():
    frame = black()
    white(40, 20).put(frame, (100, 100))
    assert frame[100, 100].tolist() == [255, 255, 255] and frame[100, 130].max() == 0
    white(40, 20).put(frame, (1280, 720))
    assert frame[719, 1279].max() == 255
    white(40, 20).put(frame, (-500, 0))
    white(40, 20).put(frame, (600, 600), alpha=0)
    assert frame[600, 600].max() == 0


def test_a_sprite_turns_and_grows():
    frame = black()
    white(100, 10).put(frame, (300, 300), degrees=90)
    assert frame[340, 300].max() == 255 and frame[300, 340].max() == 0
    white(10, 10).put(frame, (800, 300), scale=8)
    assert frame[300, 830].max() == 255


def test_blending_half_transparent():
    frame = np.full((4, 4, 3), 100, np.uint8)
    blend(frame, np.full((4, 4, 4), 200, np.uint8), 0.5)
    assert frame[0, 0, 0] == pytest.approx(100 + 100 * (1 - 100 / 255), abs=1)


def test_lines_take_turns_and_the_first_stands_at_the_start():
    lines = [white(100, 20), white(300, 20)]

    def widths(phase):
        frame = black()
        alternate(frame, phase, lines, 50, 100)
        return int((frame[100].max(axis=1) > 128).sum())

    assert [widths(phase) for phase in (0.0, 0.15, 0.9)] == pytest.approx([100] * 3, abs=2)
    assert [widths(phase) for phase in (0.5, 0.4)] == pytest.approx([300] * 2, abs=2)
    assert widths(0.25) == 0
