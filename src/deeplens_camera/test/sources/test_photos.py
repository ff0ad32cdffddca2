import dataclasses

import cv2
import numpy as np
import pytest
from deeplens_camera.errors import SourceEndedError, SourceError
from deeplens_camera.frame import BORDER_GREY
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.photos import PhotoSource, list_photos

PARAMS = CameraParams(fps=10.0, width=320, height=240, photo_s=0.4, gap_s=0.2)


def greys(source, frames):
    shown = []
    for _ in range(frames):
        source.advance()
        shown.append(int(source.frame().image_bgr[0, 0, 0]))
    return shown


def test_each_photo_then_an_empty_scene_by_name_then_again(photo_folder):
    source = PhotoSource(str(photo_folder(b=200, a=50)), PARAMS)
    gap = [BORDER_GREY] * 2
    assert source.rate_hz == 10.0
    assert greys(source, 16) == [50] * 4 + gap + [200] * 4 + gap + [50] * 4


def test_the_same_object_while_a_photo_is_shown(photo_folder):
    source = PhotoSource(str(photo_folder(a=50)), PARAMS)
    source.advance()
    first = source.frame()
    source.advance()
    assert source.frame() is first
    assert first.jpeg(80) is source.frame().jpeg(80)


def test_without_loop_it_ends_after_the_last_gap(photo_folder):
    source = PhotoSource(str(photo_folder(a=50)), dataclasses.replace(PARAMS, loop=False))
    greys(source, 6)
    with pytest.raises(SourceEndedError):
        source.advance()


def test_without_gap(photo_folder):
    source = PhotoSource(str(photo_folder(a=50, b=60)), dataclasses.replace(PARAMS, photo_s=0.2, gap_s=0.0))
    assert greys(source, 6) == [50, 50, 60, 60, 50, 50]


def test_a_photo_that_cant_be_read_is_skipped_and_told_once(photo_folder):
    folder = photo_folder(a=50, c=70)
    (folder / "b.jpg").write_bytes(b"no photo")
    source = PhotoSource(str(folder), dataclasses.replace(PARAMS, photo_s=0.1, gap_s=0.0))
    assert greys(source, 6) == [50, 70] * 3
    assert [notice.partition(":")[0] for notice in source.notices()] == [str(folder / "b.jpg")]
    greys(source, 4)
    assert source.notices() == []


def test_photos_may_come_and_go(photo_folder):
    folder = photo_folder(a=50)
    source = PhotoSource(str(folder), dataclasses.replace(PARAMS, photo_s=0.1, gap_s=0.0))
    assert greys(source, 2) == [50, 50]
    photo_folder(b=90)
    (folder / "a.png").unlink()
    assert greys(source, 2) == [90, 90]
    (folder / "b.png").unlink()
    with pytest.raises(SourceError, match="no photo there"):
        source.advance()


def test_nothing_but_broken_photos(photo_folder):
    folder = photo_folder()
    (folder / "a.jpg").write_bytes(b"no photo")
    with pytest.raises(SourceError, match="none of the photos"):
        PhotoSource(str(folder), PARAMS).advance()


def test_an_empty_folder(tmp_path):
    with pytest.raises(SourceError, match=r"no photo there; expected \.jpg"):
        PhotoSource(str(tmp_path), PARAMS)


def test_what_is_listed(photo_folder):
    folder = photo_folder(b=1, a=2)
    (folder / "notes.txt").touch()
    (folder / ".hidden.png").touch()
    (folder / "C.JPG").touch()
    names = [path.name for path in list_photos(str(folder))]
    assert names == ["C.JPG", "a.png", "b.png"]
    assert [path.name for path in list_photos(f"{folder}/*.png")] == ["a.png", "b.png"]
    assert [path.name for path in list_photos(str(folder / "b.png"))] == ["b.png"]


def test_a_large_photo_is_letterboxed(photo_folder):
    folder = photo_folder()
    cv2.imwrite(str(folder / "a.jpg"), np.full((2000, 1000, 3), 255, np.uint8))
    source = PhotoSource(str(folder), PARAMS)
    source.advance()
    image = source.frame().image_bgr
    assert image.shape == (240, 320, 3)
    assert image[120, 10, 0] == BORDER_GREY and image[120, 160, 0] == 255
