import itertools

import numpy as np
import pytest
from signage_demo.media.creatives_scenes import CREATIVES

FRAMES = 240


@pytest.fixture(scope="module")
def scenes():
    return {name: creative.make_scene() for name, creative in CREATIVES.items()}


def change(a, b):
    return np.abs(a.astype(int) - b).mean()


@pytest.mark.parametrize("name", CREATIVES)
def test_a_scene_loops_without_a_seam(scenes, name):
    scene = scenes[name]
    last, first, second = scene((FRAMES - 1) / FRAMES), scene(0.0), scene(1 / FRAMES)
    assert change(last, first) < 2 * change(first, second) + 0.3


@pytest.mark.parametrize("name", CREATIVES)
def test_a_scene_moves_and_is_never_blank(scenes, name):
    start, middle = scenes[name](0.0), scenes[name](0.5)
    assert start.shape == (720, 1280, 3) and start.dtype == np.uint8
    assert min(start.std(), middle.std()) > 10
    assert change(start, middle) > 1


def test_scenes_are_told_apart_by_their_colour(scenes):
    colours = {name: scene(0.0).reshape(-1, 3).mean(axis=0) for name, scene in scenes.items()}
    for one, other in itertools.combinations(colours, 2):
        assert np.abs(colours[one] - colours[other]).max() > 20, (one, other)


def test_the_same_phase_gives_the_same_picture(scenes):
    assert np.array_equal(scenes["perfume"](0.3), CREATIVES["perfume"].make_scene()(0.3))
