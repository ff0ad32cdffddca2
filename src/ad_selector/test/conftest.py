"""What the tests share: real media files, catalogues, and images of faces in short notation."""

from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
from ad_selector.catalogue import Campaign, Catalogue, Creative
from ad_selector.segment import Segment
from ad_selector.sight import Frame, Sighting
from signage_common.demographics import Demographics, decade_of, parse_estimation

START_NS = 1_795_334_399_123_456_789  # 2026-11-22 07:59:59.123456789 UTC, a Sunday
FRAMES, FPS = 12, 24


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory):
    """A folder with a real film of half a second and real pictures."""
    folder = tmp_path_factory.mktemp("media")
    writer = cv2.VideoWriter(str(folder / "film.webm"), cv2.VideoWriter_fourcc(*"VP80"), FPS, (64, 48))
    for index in range(FRAMES):
        writer.write(np.full((48, 64, 3), index * 20, np.uint8))
    writer.release()
    mp4 = cv2.VideoWriter(str(folder / "film.mp4"), cv2.VideoWriter_fourcc(*"mp4v"), FPS, (64, 48))
    mp4.write(np.zeros((48, 64, 3), np.uint8))
    mp4.release()
    for name in ("picture.png", "picture.jpg"):
        cv2.imwrite(str(folder / name), np.zeros((8, 8, 3), np.uint8))
    return folder


@pytest.fixture
def catalogue_folder(tmp_path, media_folder):
    """A folder with a copy of the film under several names."""
    film = (media_folder / "film.webm").read_bytes()
    for name in ("house", "a", "b"):
        (tmp_path / f"{name}.webm").write_bytes(film + name.encode())
    return tmp_path


@pytest.fixture
def make_catalogue(tmp_path):
    """Make a catalogue from campaigns as the YAML file has them; every creative that they name exists."""

    def make(campaigns, fallback=("house",), timezone="UTC", durations=None):
        names = {*fallback, *(name for campaign in campaigns.values() for name in campaign["creatives"])}
        creatives = {
            name: Creative(name, tmp_path / name, (durations or {}).get(name, 8.0), "", "video/webm", "0" * 16)
            for name in names
        }
        parsed = {name: Campaign.model_validate(campaign) for name, campaign in campaigns.items()}
        return Catalogue(tmp_path / "ads.yaml", ZoneInfo(timezone), tuple(fallback), creatives, parsed)

    return make


@pytest.fixture
def segment():
    """Make a segment from a gender's first letter and an age: ``segment("f25")``, ``segment("child")``."""

    def make(text):
        if text in ("unknown", "child"):
            return Segment(is_child=text == "child")
        gender, _ = parse_estimation(f"20{text[0]}")
        return Segment(gender, int(text[1:]))

    return make


@pytest.fixture
def face():
    """Make a face: ``face("f25")``, ``face("unknown", track=2, size=50, detected=False)``."""

    def make(who="unknown", track=1, size=100, detected=True):
        demographics = Demographics()
        if who != "unknown":
            gender, _ = parse_estimation(f"20{who[0]}")
            age = float(who[1:])
            demographics = Demographics(gender, 0.9, age, 4.0, decade_of(age))
        return Sighting(track, detected, size * size, demographics)

    return make


@pytest.fixture
def frame(face):
    """Make the image at a time in seconds: ``frame(0.1, "f25")``, ``frame(0.2, face(...), face(...))``."""

    def make(time_s, *faces):
        return Frame(
            START_NS + round(time_s * 1e9), tuple(face(item) if isinstance(item, str) else item for item in faces)
        )

    return make
