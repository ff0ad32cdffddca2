import numpy as np
from signage_demo.media.creatives_effects import Ripples, Steam


def drawn(effect, *arguments):
    frame = np.zeros((720, 1280, 3), np.uint8)
    effect.put(frame, *arguments)
    return frame


def test_ripples_travel_and_come_back():
    rings = Ripples(640, 360, (255, 255, 255))
    assert np.array_equal(drawn(rings, 0.0, 4), drawn(rings, 1.0, 4))
    assert not np.array_equal(drawn(rings, 0.0, 4), drawn(rings, 0.1, 4))
    assert drawn(rings, 0.0, 4)[360, 640].max() == 0


def test_steam_stays_in_its_place():
    frame = drawn(Steam(500, 200), 0.3)
    assert frame[200:450, 500:840].max() > 30
    assert frame[:200].max() == 0 and frame[450:].max() == 0
