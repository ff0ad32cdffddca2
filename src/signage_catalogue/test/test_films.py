"""What is found in films: written by OpenCV, and those of media/, which it can't write."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from signage_catalogue.containers import MP4, WEBM
from signage_catalogue.films import Film, FilmReader, check_film
from signage_catalogue.media import MediaError

MEDIA = Path(__file__).parent / "media"


@pytest.fixture
def films():
    with FilmReader() as reader:
        yield reader


@pytest.fixture
def write_film(tmp_path):
    def write(name, fourcc, size=(64, 48), frames=12, fps=24):
        writer = cv2.VideoWriter(str(tmp_path / name), cv2.VideoWriter_fourcc(*fourcc), fps, size)
        for index in range(frames):
            writer.write(np.full((size[1], size[0], 3), index * 20, np.uint8))
        writer.release()
        return tmp_path / name

    return write


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "codec"), [("av1.webm", "AV1"), ("vp9.mp4", "VP9"), ("h264.mp4", "H.264"), ("h264-fragments.mp4", "H.264")]
)
def test_a_film_that_browsers_play(films, name, codec):
    film = films.read(MEDIA / name)
    assert film == Film(codec, 64, 48, pytest.approx(0.5, abs=0.05), begins=codec != "AV1")
    check_film(film, WEBM if name.endswith("webm") else MP4)


@pytest.mark.fault
@pytest.mark.parametrize(("name", "fourcc", "codec"), [("a.webm", "VP80", "VP8"), ("b.webm", "VP90", "VP9")])
def test_a_film_that_opencv_writes(films, write_film, name, fourcc, codec):
    film = films.read(write_film(name, fourcc))
    assert film == Film(codec, 64, 48, pytest.approx(0.5, abs=0.05))
    check_film(film, WEBM)


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("hevc.webm", "HEVC"),
        ("hevc-and-sound.webm", "HEVC"),
        ("theora.webm", "Theora"),
        ("sound.webm", "no video"),
        ("hevc.mp4", "HEVC"),
        ("sound.mp4", "no video"),
    ],
)
def test_a_film_that_browsers_do_not_play_is_refused_with_the_codecs_name(films, name, got):
    film = films.read(MEDIA / name)
    with pytest.raises(MediaError, match=f"video, got {got}$") as caught:
        check_film(film, WEBM if name.endswith("webm") else MP4)
    assert caught.value.field == "file"


@pytest.mark.fault
def test_a_codec_that_fits_another_kind_of_file_only(films, write_film):
    with pytest.raises(MediaError, match=r"expected MP4 with H.264, VP9 or AV1 video, got MPEG-4 part 2"):
        check_film(films.read(write_film("a.mp4", "mp4v")), MP4)
    with pytest.raises(MediaError, match="got VP8"):
        check_film(Film("VP8", 64, 48), MP4)


@pytest.mark.fault
def test_a_film_of_one_frame_tells_how_short_it_is(films, write_film):
    assert films.read(write_film("one.webm", "VP80", frames=1)).duration_s == pytest.approx(1 / 24)


@pytest.mark.fault
def test_a_film_larger_than_any_screen(films, write_film):
    film = films.read(write_film("wide.webm", "VP80", size=(16_000, 2_400), frames=1))
    with pytest.raises(MediaError, match="at most 33 million pixels and 16384 a side, got 16000x2400"):
        check_film(film, WEBM)


@pytest.mark.fault
@pytest.mark.parametrize(("bytes_left", "filler"), [(0, b""), (24, b""), (400, b""), (0, b"\0")])
def test_a_film_that_ends_before_its_first_picture_is_refused(films, write_film, tmp_path, bytes_left, filler):
    whole = write_film("whole.webm", "VP80", size=(640, 480)).read_bytes()
    start = whole.index(b"\x1f\x43\xb6\x75") + 12 + bytes_left
    (tmp_path / "cut.webm").write_bytes(whole[:start] + filler * (len(whole) - start))
    film = films.read(tmp_path / "cut.webm")
    assert film.codec == "VP8" and not film.begins
    with pytest.raises(MediaError, match="damaged or cut off before its first picture"):
        check_film(film, WEBM)


@pytest.mark.fault
@pytest.mark.parametrize("cut", [0, 1, 40, 300])
def test_a_film_that_is_cut_in_its_head_has_no_video(films, media_folder, tmp_path, cut):
    (tmp_path / "cut.webm").write_bytes((media_folder / "film.webm").read_bytes()[:cut])
    assert films.read(tmp_path / "cut.webm") == Film("")


@pytest.mark.fault
@pytest.mark.parametrize("text", [b"#EXTM3U\n#EXTINF:1,\n{other}\n", b"ffconcat version 1.0\nfile {other}\n"])
def test_a_list_of_other_files_is_no_film(films, tmp_path, text):
    other = str(MEDIA / "h264.mp4").encode()
    (tmp_path / "list.webm").write_bytes(text.replace(b"{other}", other))
    assert films.read(tmp_path / "list.webm").codec == ""


@pytest.mark.fault
def test_names_that_are_no_text_are_read(films, media_folder, tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\n \xea\xb0\x80.webm")
    path.write_bytes((media_folder / "film.webm").read_bytes())
    assert films.read(path).codec == "VP8"


@pytest.mark.fault
def test_a_reader_that_dies_of_a_film_refuses_it_and_reads_the_next_one(films, media_folder, tmp_path):
    """The reader is stopped before it is asked; the end comes while it owes an answer, as a crash of a decoder does."""
    whole, other = tmp_path / "whole.webm", tmp_path / "other.webm"
    for path in (whole, other):
        path.write_bytes((media_folder / "film.webm").read_bytes())
    films.read(whole)
    reader = psutil.Process(films._process.pid)
    reader.send_signal(signal.SIGSTOP)
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(MediaError, match="its decoder ended with status -9"):
        films.read(other)
    assert films.read(other).codec == "VP8", "the file is asked for again"


@pytest.mark.fault
def test_a_film_that_takes_too_long_ends_the_reader_only(media_folder, tmp_path):
    """Nothing is looked into so quickly: OpenCV is not even loaded then."""
    path = tmp_path / "film.webm"
    path.write_bytes((media_folder / "film.webm").read_bytes())
    with FilmReader(most_s=0.001) as films, pytest.raises(MediaError, match=r"looked into within 0.001 s"):
        films.read(path)
    with FilmReader() as films:
        assert films.read(path).codec == "VP8"


@pytest.mark.fault
def test_the_reader_ends_with_those_who_asked(media_folder):
    with FilmReader() as films:
        films.read(media_folder / "picture.jpg")
        process = psutil.Process(films._process.pid)
    assert not process.is_running()


@pytest.mark.fault
def test_no_decoder_is_loaded_into_the_program_that_reads_a_catalogue(media_folder):
    program = (
        "import sys; from pathlib import Path; from signage_catalogue.films import FilmReader\n"
        "with FilmReader() as films: assert films.read(Path(sys.argv[1])).codec == 'VP8'\n"
        "assert not {'cv2', 'numpy', 'av'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, media_folder / "film.webm"], check=True)
