import cv2
import numpy as np
import pytest
from signage_demo.media.creatives_film import write_film


def wave(phase):
    columns = np.arange(1280)[None, :] / 1280
    value = (127 + 100 * np.sin(2 * np.pi * (columns + phase))).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(value[..., None], (720, 1280, 3)))


def test_the_same_scene_gives_the_same_bytes(tmp_path):
    for name in ("a.webm", "b.webm"):
        write_film(wave, tmp_path / name, 1)
    assert (tmp_path / "a.webm").read_bytes() == (tmp_path / "b.webm").read_bytes()


def test_a_film_decodes_to_what_was_drawn(tmp_path):
    write_film(wave, tmp_path / "a.webm", 1)
    film = cv2.VideoCapture(str(tmp_path / "a.webm"))
    for index in range(30):
        ok, frame = film.read()
        assert ok and cv2.PSNR(frame, wave(index / 30)) > 35
    assert not film.read()[0]


def test_a_scene_that_breaks_leaves_no_file(tmp_path):
    def breaks(phase):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_film(breaks, tmp_path / "a.webm", 1)
    assert not list(tmp_path.iterdir())
