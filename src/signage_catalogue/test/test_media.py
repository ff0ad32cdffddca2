import hashlib
import os

import pytest
from signage_catalogue.media import (
    JPEG,
    MP4,
    PNG,
    WEBM,
    MediaError,
    file_state,
    inspect,
    read_duration_s,
    resolve_inside,
    sniff,
)


@pytest.mark.parametrize(
    ("name", "media_type", "is_picture"),
    [("film.webm", WEBM, False), ("film.mp4", MP4, False), ("picture.png", PNG, True), ("picture.jpg", JPEG, True)],
)
def test_the_content_of_real_files(media_folder, name, media_type, is_picture):
    media = inspect(media_folder / name)
    assert (media.media_type, media.is_picture) == (media_type, is_picture)
    assert media.digest == hashlib.sha256((media_folder / name).read_bytes()).hexdigest()[:16]


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<html>",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
        b"\0\0\0\x14ftypqt  ",
        b"#!/bin/sh\nftyp",
    ],
)
def test_other_content_is_none_of_ours(head):
    assert sniff(head) is None


def test_a_wrong_extension_does_not_matter(tmp_path, media_folder):
    disguised = tmp_path / "film.png"
    disguised.write_bytes((media_folder / "film.webm").read_bytes())
    assert inspect(disguised).media_type == WEBM
    disguised.write_bytes(b"<script>")
    with pytest.raises(MediaError, match="expected WebM, MP4, PNG or JPEG content"):
        inspect(disguised)


def test_changed_content_has_another_digest(tmp_path, media_folder):
    film = tmp_path / "film.webm"
    film.write_bytes((media_folder / "film.webm").read_bytes())
    before = inspect(film)
    film.write_bytes((media_folder / "film.webm").read_bytes() + b"more")
    assert inspect(film).digest != before.digest


@pytest.mark.parametrize("file", ["ads/film.webm", "../media/film.webm", "ads/신발 광고.webm", "ads/link.webm"])
def test_files_inside_the_folder_or_the_media_root(tmp_path, file):
    folder, media_root = tmp_path / "catalogue", tmp_path / "media"
    (folder / "ads").mkdir(parents=True)
    media_root.mkdir()
    for path in (folder / "ads/film.webm", media_root / "film.webm", folder / "ads/신발 광고.webm"):
        path.write_bytes(b"film")
    (folder / "ads/link.webm").symlink_to(media_root / "film.webm")
    assert resolve_inside(file, folder, media_root) == (folder / file).resolve()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("../secret", "expected a file inside"),
        ("/etc/passwd", "expected a file inside"),
        ("link", "expected a file inside"),
        ("../catalogue-2/film", "expected a file inside"),
        ("gone.webm", "found nothing"),
        ("loop", "found nothing"),
        ("nul\0", "found nothing"),
        (".", "expected a file, got something else"),
        ("pipe", "expected a file, got something else"),
    ],
)
def test_files_that_are_refused(tmp_path, file, expected):
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (tmp_path / "catalogue-2").mkdir()
    (tmp_path / "catalogue-2/film").write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    with pytest.raises(MediaError, match=expected):
        resolve_inside(file, folder, None)


def test_the_duration_of_a_real_film(media_folder):
    assert read_duration_s(media_folder / "film.webm") == pytest.approx(0.5, abs=0.05)


def test_a_broken_film_needs_a_duration(tmp_path, media_folder):
    broken = tmp_path / "broken.webm"
    broken.write_bytes((media_folder / "film.webm").read_bytes()[:40])
    with pytest.raises(MediaError, match="does not tell how long it plays") as caught:
        read_duration_s(broken)
    assert caught.value.field == "duration_s"


def test_file_state_shows_time_size_and_inode(tmp_path):
    path = tmp_path / "file"
    assert file_state(path) is None
    path.write_text("a")
    os.utime(path, ns=(1, 5))
    assert file_state(path)[:2] == (5, 1)
    assert file_state(tmp_path / "nul\0") is None
