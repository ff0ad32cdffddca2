"""The demo's advertisements: films that a sign can show, told apart at a glance, and a catalogue that names them."""

import itertools
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest
from signage_catalogue import load_catalogue

DEMO = Path(__file__).parents[2] / "demo"
SECONDS = {"house-loop": 10, "trainers": 8, "perfume": 8, "watch": 8, "headphones": 8, "coffee": 8}
LARGEST_BYTES = 600_000


class Film(NamedTuple):
    """What is looked at of a film; all frames would be gigabytes."""

    first: np.ndarray
    middle: np.ndarray
    last: np.ndarray
    frame_count: int
    largest_step: float


@pytest.fixture(scope="module")
def films():
    return {name: read(DEMO / f"{name}.webm") for name in SECONDS}


def read(path):
    film = cv2.VideoCapture(str(path))
    assert film.isOpened(), path
    assert film.get(cv2.CAP_PROP_FPS) == 30
    assert (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (1280, 720)
    middle_index = int(film.get(cv2.CAP_PROP_FRAME_COUNT)) // 2
    first = last = film.read()[1]
    count, largest_step = 1, 0.0
    while (answer := film.read())[0]:
        largest_step = max(largest_step, change(last, answer[1]))
        last = answer[1]
        if count == middle_index:
            middle = last
        count += 1
    return Film(first, middle, last, count, largest_step)


def change(a, b):
    return cv2.absdiff(a, b).mean()


def test_the_catalogue_names_these_films_and_their_durations():
    catalogue = load_catalogue(DEMO / "ads.yaml")
    assert {name: creative.duration_s for name, creative in catalogue.creatives.items()} == SECONDS
    assert {path.stem for path in DEMO.glob("*.webm")} == set(SECONDS)


@pytest.mark.parametrize("name", SECONDS)
def test_each_film_is_complete_and_small(films, name):
    assert (DEMO / f"{name}.webm").stat().st_size <= LARGEST_BYTES
    assert films[name].frame_count == SECONDS[name] * 30


@pytest.mark.parametrize("name", SECONDS)
def test_each_film_moves_loops_without_a_seam_and_is_never_blank(films, name):
    film = films[name]
    assert min(film.first.std(), film.middle.std()) > 10
    assert change(film.first, film.middle) > 1
    # The largest step, not the first one: after a key frame, as the first frame is one, a compressed film hardly moves.
    assert change(film.last, film.first) < 2 * film.largest_step


def test_films_are_told_apart_by_their_colour(films):
    colours = {name: film.first.reshape(-1, 3).mean(axis=0) for name, film in films.items()}
    for one, other in itertools.combinations(colours, 2):
        assert np.abs(colours[one] - colours[other]).max() > 20, (one, other)
