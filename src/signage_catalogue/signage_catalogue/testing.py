"""What the tests of several packages share: real media files and catalogues."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from signage_catalogue import Campaign, Catalogue, Creative

FRAMES, FPS = 12, 24
CATALOGUE = """\
version: 1
timezone: Asia/Seoul
fallback: [house]
creatives:
  house: {file: house.png, duration_s: 10}
  커피: {file: coffee.png, duration_s: 8, ad_id: "7"}
campaigns:
  everybody:
    creatives: [커피]
    target: {gender: any}
"""


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
        return Catalogue(tmp_path / "ads.yaml", ZoneInfo(timezone), tuple(fallback), creatives, parsed, "c" * 16)

    return make


@pytest.fixture
def catalogue_file(tmp_path):
    """A catalogue with two pictures of random pixels."""
    folder = tmp_path / "media"
    folder.mkdir()
    random = np.random.default_rng(7)
    for name in ("house", "coffee"):
        cv2.imwrite(str(folder / f"{name}.png"), random.integers(0, 256, (80, 80, 3), dtype=np.uint8))
    path = folder / "ads.yaml"
    path.write_text(CATALOGUE)
    return path


def put_in_place(path: Path, kind: str) -> None:
    """Put a FIFO, a folder, a socket, a link to nowhere, or a link to some other path there."""
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    else:
        path.symlink_to("nowhere" if kind == "dangling" else kind)
