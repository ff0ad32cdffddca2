from pathlib import Path

import cv2
import numpy as np
import pytest
from signage_common.home import signage_home
from signage_demo.media import creatives
from signage_demo.media.creatives_scenes import CREATIVES

MADE = signage_home() / "media"
LARGEST_BYTES = 600_000


def frames_of(path: Path):
    film = cv2.VideoCapture(str(path))
    assert film.isOpened(), path
    while True:
        ok, frame = film.read()
        if not ok:
            return
        yield frame


@pytest.mark.parametrize("name", CREATIVES)
def test_each_film_that_setup_made_is_complete_and_small(name):
    path = MADE / f"{name}.webm"
    if not path.exists():
        pytest.skip(f"{path} is missing; `./signage setup` makes it")
    assert path.stat().st_size <= LARGEST_BYTES
    film = cv2.VideoCapture(str(path))
    assert film.get(cv2.CAP_PROP_FPS) == 30
    assert (film.get(cv2.CAP_PROP_FRAME_WIDTH), film.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (1280, 720)
    frames = list(frames_of(path))
    assert len(frames) == CREATIVES[name].duration_s * 30
    assert frames[0].std() > 10
    drawn = CREATIVES[name].make_scene()(0.5)
    assert cv2.PSNR(frames[len(frames) // 2], drawn) > 30


def test_the_house_loop_and_the_advertisements_of_the_demo_are_there():
    assert {name: creative.duration_s for name, creative in CREATIVES.items()} == {
        "house-loop": 10,
        "trainers": 8,
        "perfume": 8,
        "watch": 8,
        "headphones": 8,
        "coffee": 8,
    }


def test_names_that_do_not_exist_are_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        creatives.parse(["--out", "x", "--only", "tea"])
    assert ended.value.code == 2 and "tea" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert creatives.main(["--out", str(tmp_path / "file" / "media")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: --out") and error.count("\n") == 1


def test_the_command_writes_the_films_that_were_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(creatives, "make_creatives", short_creatives)
    assert creatives.main(["--out", str(tmp_path / "new"), "--only", "coffee", "watch"]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["coffee.webm", "watch.webm"]
    assert "[2/2] watch.webm" in capsys.readouterr().out
    first = [next(frames_of(tmp_path / "new" / f"{name}.webm")) for name in ("coffee", "watch")]
    assert np.abs(first[0].astype(int) - first[1]).mean() > 40


def short_creatives(names, folder, jobs):
    for name in names:
        path = folder / f"{name}.webm"
        creatives.write_film(CREATIVES[name].make_scene(), path, 1)
        yield path
