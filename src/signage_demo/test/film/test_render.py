import numpy as np
import pytest
from signage_demo.film.cutouts import Cutout
from signage_demo.film.render import Stage, draw_lobby
from signage_demo.film.script import Appearance, Part

PART = Part("block", "left", 640, 100)
STAY = Appearance(0, PART, 0.0, 10.0)


@pytest.fixture
def stage():
    """Make a stage whose only person is a half transparent red block, its face in the middle."""
    bgra = np.zeros((500, 200, 4), np.uint8)
    bgra[..., 2:] = 128
    return Stage({("block", 100): Cutout(bgra, (100.0, 50.0, 100.0))})


def test_the_lobby_is_bright_and_calm():
    lobby = draw_lobby()
    assert lobby.shape == (720, 1280, 3) and lobby.dtype == np.uint8
    assert 130 < lobby.mean() < 220
    assert np.abs(np.diff(lobby.astype(int), axis=1)).max() <= 2


def test_who_is_not_there_is_not_drawn(stage):
    assert (stage.draw([STAY], -1.0) == draw_lobby()).all()
    assert (stage.draw([], 5.0) == draw_lobby()).all()


def test_a_person_is_laid_over_the_lobby(stage):
    frame, lobby = stage.draw([STAY], 5.0).astype(int), draw_lobby().astype(int)
    red = frame[600, 640] - lobby[600, 640] * 127 / 255
    assert red == pytest.approx([0, 0, 128], abs=2)
    assert (frame[:, :400] == lobby[:, :400]).all() and (frame[:, 900:] == lobby[:, 900:]).all()
    assert (frame[719, 600:680] != lobby[719, 600:680]).any()  # reaches the lower edge: nobody floats


def test_a_person_half_outside_is_cut(stage):
    lobby = draw_lobby()[700].astype(int)
    widths = []
    for time_s in np.arange(0.0, 1.6, 0.05):
        row = stage.draw([STAY], float(time_s))[700]
        widths.append(int((np.abs(row - lobby).max(axis=1) > 0).sum()))
    assert widths[0] == 0 and max(widths) > 180
    assert any(0 < width < 100 for width in widths)
