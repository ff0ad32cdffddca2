import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from signage_common.errors import ConfigurationError
from signage_common.home import signage_home
from signage_demo.film.film import main, make_film, truth_path
from signage_demo.film.render import draw_lobby

PHOTOS = Path("npm/face-api/node_modules/@vladmandic/face-api/demo")
PORTRAITS = Path("portraits")


def folder_below_home(part):
    folder = signage_home() / part
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: ./signage setup fetches the photos")
    return folder


@pytest.fixture(scope="module")
def folders():
    return folder_below_home(PHOTOS), folder_below_home(PORTRAITS)


@pytest.fixture(scope="module")
def film(folders, tmp_path_factory):
    """Make the first two scenes."""
    path = tmp_path_factory.mktemp("film") / "short.mp4"
    make_film(*folders, path, 14)
    return path


def frames_of(path):
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while True:
        done, frame = capture.read()
        if not done:
            return
        yield frame


@pytest.fixture(scope="module")
def lobby(film):
    """The first frame: the drawn lobby, a little darker by the way to YUV and back."""
    frame = next(frames_of(film))
    assert difference(frame, draw_lobby()) < 3
    return frame


def difference(frame, other):
    return float(np.abs(frame[::4, ::4].astype(int) - other[::4, ::4]).mean())


def test_size_rate_and_length(film):
    capture = cv2.VideoCapture(str(film), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FRAME_WIDTH) == 1280 and capture.get(cv2.CAP_PROP_FRAME_HEIGHT) == 720
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(30.0)
    assert sum(1 for _ in frames_of(film)) == 14 * 30
    assert film.stat().st_size < 14 * 150_000


def test_the_lobby_is_empty_where_the_truth_says_so(film, lobby):
    truth = json.loads(truth_path(film).read_text())
    for index, frame in enumerate(frames_of(film)):
        time_s = index / 30
        whole = any(one["all_from_s"] <= time_s <= one["all_to_s"] for one in truth["episodes"])
        empty = not any(one["first_s"] - 0.4 < time_s < one["last_s"] + 0.4 for one in truth["episodes"])
        if whole:
            assert difference(frame, lobby) > 4, time_s
        if empty:
            assert difference(frame, lobby) < 2, time_s


def test_end_and_start_are_the_same_empty_lobby(film, lobby):
    *_, last = frames_of(film)
    assert difference(last, lobby) < 2


def test_the_same_photos_give_the_same_bytes_and_nothing_else_is_left(folders, film, tmp_path, capsys):
    out = tmp_path / "new" / "film.mp4"
    arguments = ["--photos", str(folders[0]), "--portraits", str(folders[1]), "--out", str(out), "--seconds", "7"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "frames: 210 of 210"
    scene = out.read_bytes()[1000:100_000]  # of the first scene, which both films begin with
    assert len(scene) == 99_000 and scene in film.read_bytes()
    assert sorted(path.name for path in out.parent.iterdir()) == ["film.mp4", "film.mp4.json"]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--out", "film.mp4", "--seconds", "5"], "--seconds 5: expected at least 6.6"),
        (["--out", "film.webm"], "expected a name that ends in .mp4"),
        (["--out", "film.mp4"], "biden.jpg: expected in"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(tmp_path, extra, message, capsys):
    assert main(["--photos", str(tmp_path), "--portraits", str(tmp_path), *extra]) == 2
    errors = capsys.readouterr().err
    assert message in errors and errors.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_nothing_is_left_when_a_photo_is_missing(folders, tmp_path):
    portraits = tmp_path / "portraits"
    shutil.copytree(folders[1], portraits)
    (portraits / "obama.jpg").unlink()
    out = tmp_path / "out" / "film.mp4"
    with pytest.raises(ConfigurationError, match=r"obama\.jpg"):
        make_film(folders[0], portraits, out, 14)
    assert not out.parent.exists()
