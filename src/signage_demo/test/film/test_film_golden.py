"""The real detector finds who the truth of the demo film names, and nobody in the empty lobby."""

import json
from collections import Counter

import cv2
import numpy as np
import pytest
from signage_common.home import signage_home
from signage_demo.film.film import truth_path

pytestmark = pytest.mark.golden
EVERY = 10
"""Every how many frames the detector looks."""
SETTLED_S = 0.6
"""Faces are counted from so long after they are whole in the picture, and until so long before they leave it."""


@pytest.fixture(scope="module")
def detector():
    detectors = pytest.importorskip("face_inference.networks.detectors")
    models = signage_home() / "models"
    if not models.is_dir():
        pytest.skip(f"{models} is missing: ./signage setup converts the networks")
    return detectors.make_detector("ssd", models, 0.5)


@pytest.fixture(scope="module")
def film():
    path = signage_home() / "film" / "demo.mp4"
    if not path.is_file():
        pytest.skip(f"{path} is missing: ./signage setup makes it")
    return path


@pytest.fixture(scope="module")
def sightings(film, detector):
    """Return time and boxes of every tenth frame."""
    capture, found = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG), []
    index = 0
    while capture.grab():
        if index % EVERY == 0:
            found.append((index / 30, detector.detect(capture.retrieve()[1]).xyxy_px))
        index += 1
    return found


def test_everybody_is_found_steadily(film, sightings):
    seen, looked = Counter(), Counter()
    for time_s, boxes in sightings:
        centres_px = (boxes[:, 0] + boxes[:, 2]) / 2
        for one in json.loads(truth_path(film).read_text())["appearances"]:
            if one["whole_from_s"] + SETTLED_S <= time_s <= one["whole_to_s"] - SETTLED_S:
                name = f"scene {one['scene']}: {one['person']}"
                looked[name] += 1
                seen[name] += bool(np.any(np.abs(centres_px - one["x_px"]) < 0.6 * one["face_px"]))
    assert len(looked) == 18 and min(looked.values()) >= 5
    missed = {name: f"{seen[name]} of {looked[name]}" for name in looked if seen[name] < 0.9 * looked[name]}
    assert not missed


def test_the_empty_lobby_is_empty(film, sightings):
    episodes = json.loads(truth_path(film).read_text())["episodes"]
    empty = [
        boxes
        for time_s, boxes in sightings
        if not any(one["first_s"] - 0.1 <= time_s <= one["last_s"] + 0.1 for one in episodes)
    ]
    assert len(empty) > 30
    assert sum(map(len, empty)) == 0


def test_nobody_is_found_who_is_not_there(film, sightings):
    appearances = json.loads(truth_path(film).read_text())["appearances"]
    for time_s, boxes in sightings:
        there = sum(one["first_s"] - 0.1 <= time_s <= one["last_s"] + 0.1 for one in appearances)
        assert len(boxes) <= there
