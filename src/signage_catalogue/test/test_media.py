import hashlib
import os
import struct
import zlib

import cv2
import numpy as np
import pytest
from signage_catalogue.containers import JPEG, MP4, PNG, WEBM
from signage_catalogue.media import MediaError, check_size, inspect, resolve_inside
from signage_catalogue.testing import put_in_place


@pytest.mark.parametrize(
    ("name", "media_type", "is_picture"),
    [("film.webm", WEBM, False), ("film.mp4", MP4, False), ("picture.png", PNG, True), ("picture.jpg", JPEG, True)],
)
def test_the_content_of_real_files(media_folder, name, media_type, is_picture):
    media = inspect(media_folder / name)
    assert (media.media_type, media.is_picture) == (media_type, is_picture)
    assert media.digest == hashlib.sha256((media_folder / name).read_bytes()).hexdigest()[:16]


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


@pytest.mark.fault
@pytest.mark.parametrize("file", ["gone.webm", "link", "pipe", "../secret", "nul\0", "x" * 300, "folder/x"])
def test_an_error_names_the_file_as_the_catalogue_does(tmp_path, file):
    folder = tmp_path / "catalogue"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    with pytest.raises(MediaError) as caught:
        resolve_inside(file, folder, None)
    assert file in str(caught.value) and str(tmp_path) not in str(caught.value)


@pytest.mark.fault
@pytest.mark.parametrize(
    "kind", ["fifo", "folder", "socket", "/dev/zero", "/dev/tty", "/proc/self/mem", "dangling", "/dev/null"]
)
def test_whatever_lies_in_place_of_a_film_is_refused_without_waiting(tmp_path, kind):
    put_in_place(tmp_path / "film.webm", kind)
    with pytest.raises(MediaError, match="expected"):
        inspect(tmp_path / "film.webm")


@pytest.mark.fault
def test_a_file_that_grows_while_it_is_read_is_read_to_the_end_that_it_had(tmp_path, media_folder):
    """A writer appends as fast as it can; what is hashed is as long as the file was at first."""
    path = tmp_path / "film.webm"
    film = (media_folder / "film.webm").read_bytes()
    path.write_bytes(film + bytes(40 << 20))
    with path.open("ab") as writer:
        os.posix_fallocate(writer.fileno(), 0, 41 << 20)
        os.truncate(path, len(film) + (40 << 20))
        before = inspect(path)
        writer.write(b"more")
    assert before.digest == hashlib.sha256(film + bytes(40 << 20)).hexdigest()[:16] != inspect(path).digest


PNG_START = b"\x89PNG\r\n\x1a\n"


def png_that_says(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def jpeg_that_says(width, height):
    jpeg = bytearray(cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1].tobytes())
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(jpeg)


@pytest.mark.fault
@pytest.mark.parametrize("make", [png_that_says, jpeg_that_says])
@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (20_000, 20_000, "at most 33 million pixels"),
        (16_000, 65_500, "at most 33 million pixels"),
        (7_681, 4_320, "at most 33 million pixels"),
        (65_500, 100, "16384 a side"),
        (0, 100, "pixels, got 0x100"),
        (7_680, 4_320, None),
        (4_320, 7_680, None),
        (16_384, 2_000, None),
    ],
)
def test_a_picture_says_how_large_it_is_before_anybody_decodes_it(tmp_path, make, width, height, expected):
    path = tmp_path / "picture"
    path.write_bytes(make(width, height))
    if expected is None:
        assert inspect(path).is_picture
    else:
        with pytest.raises(MediaError, match=expected):
            inspect(path)


@pytest.mark.fault
@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"x" * 5000, b"\xff\xd8\xff", b"\xff\xd8\xff\xe0" + b"x" * 5000],
)
def test_a_picture_without_a_size_is_none(tmp_path, content):
    (tmp_path / "picture").write_bytes(content)
    with pytest.raises(MediaError, match="expected"):
        inspect(tmp_path / "picture")


@pytest.mark.fault
@pytest.mark.parametrize(("name", "megabytes"), [("film.webm", 2048), ("film.mp4", 2048), ("picture.png", 64)])
def test_a_file_is_not_read_if_it_is_larger_than_it_may_be(tmp_path, media_folder, name, megabytes):
    path = tmp_path / name
    path.write_bytes((media_folder / name).read_bytes())
    os.truncate(path, (megabytes << 20) + 1)
    with pytest.raises(MediaError, match=f"at most {megabytes} MB"):
        inspect(path)


@pytest.mark.parametrize("size", [(0, 0), (-1, 5), (8000, 8000), (20_000, 10)])
def test_a_size_that_no_screen_holds(size):
    with pytest.raises(MediaError, match=f"{size[0]}x{size[1]}"):
        check_size(*size)
