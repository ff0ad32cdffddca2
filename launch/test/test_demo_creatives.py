"""The demo's advertisements: films that a sign can show, told apart at a glance, and a catalogue that names them."""

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from signage_catalogue import load_catalogue

DEMO = Path(__file__).parents[1] / "demo"
SECONDS = {"house-loop": 10, "trainers": 8, "perfume": 8, "watch": 8, "headphones": 8, "coffee": 8}
LARGEST_BYTES = 600_000


@pytest.fixture(scope="module")
def films():
    """First, second, middle and last frame of each film, and how many it has."""
    return {name: read(DEMO / f"{name}.webm") for name in SECONDS}


def read(path):
    film = cv2.VideoCapture(str(path))
    assert film.isOpened(), path
    assert film.get(cv2.CAP_PROP_FPS) == 30
    assert (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (1280, 720)
    frames = []
    while (answer := film.read())[0]:
        frames.append(answer[1])
    return frames[0], frames[1], frames[len(frames) // 2], frames[-1], len(frames)


def change(a, b):
    return np.abs(a.astype(int) - b).mean()


def test_the_catalogue_names_these_films_and_their_durations():
    catalogue = load_catalogue(DEMO / "ads.yaml")
    assert {name: creative.duration_s for name, creative in catalogue.creatives.items()} == SECONDS
    assert {path.stem for path in DEMO.glob("*.webm")} == set(SECONDS)


@pytest.mark.parametrize("name", SECONDS)
def test_each_film_is_complete_and_small(films, name):
    assert (DEMO / f"{name}.webm").stat().st_size <= LARGEST_BYTES
    assert films[name][-1] == SECONDS[name] * 30


@pytest.mark.parametrize("name", SECONDS)
def test_each_film_moves_loops_without_a_seam_and_is_never_blank(films, name):
    first, second, middle, last, _ = films[name]
    assert min(first.std(), middle.std()) > 10
    assert change(first, middle) > 1
    assert change(last, first) < 2 * change(first, second) + 1


def test_films_are_told_apart_by_their_colour(films):
    colours = {name: frames[0].reshape(-1, 3).mean(axis=0) for name, frames in films.items()}
    for one, other in itertools.combinations(colours, 2):
        assert np.abs(colours[one] - colours[other]).max() > 20, (one, other)
