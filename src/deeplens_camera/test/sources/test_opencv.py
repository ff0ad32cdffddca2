"""What OpenCV reads: a camera that is not there, films, and streams of a real server that dies and hangs."""

import threading

import pytest
from deeplens_camera.errors import SourceEndedError, SourceError
from deeplens_camera.params import CameraParams
from deeplens_camera.sources import opencv
from deeplens_camera.sources.opencv import DeviceSource, StreamSource, VideoSource

PATIENCE_S = 25.0
"""For a read that hangs to end: less than the 30 s after which FFmpeg would give up by itself."""


@pytest.mark.parametrize("make", [lambda folder: folder / "video99", lambda folder: folder])
def test_no_camera_there(make, tmp_path):
    with pytest.raises(SourceError, match="no camera there"):
        DeviceSource(str(make(tmp_path)), CameraParams())


def test_a_file_is_no_camera(write_video):
    with pytest.raises(SourceError, match="no camera there"):
        DeviceSource(str(write_video()), CameraParams())


def number_of(source):
    """Read off the grey which frame of the film it is."""
    return round((float(source.frame().image_bgr.mean()) - 30) / 8)


@pytest.mark.parametrize("name", ["film.webm", "film.avi"])
def test_every_frame_in_order_then_from_the_start(write_video, name):
    source = VideoSource(str(write_video(name, frames=20, fps=25)), loop=True)
    assert source.rate_hz == pytest.approx(25.0)
    numbers = []
    for _ in range(45):
        source.advance()
        numbers.append(number_of(source))
    source.close()
    assert numbers == [n % 20 for n in range(45)]


def test_without_loop_it_ends(write_video):
    source = VideoSource(str(write_video(frames=10)), loop=False)
    for _ in range(10):
        source.advance()
    with pytest.raises(SourceEndedError):
        source.advance()


def test_a_motion_jpeg_film_is_handed_over_as_it_is(write_video):
    path = write_video("film.avi", frames=5)
    source = VideoSource(str(path), loop=True)
    for _ in range(2):
        source.advance()
    jpeg = source.frame().jpeg(10)
    assert jpeg.startswith(b"\xff\xd8")
    assert jpeg in path.read_bytes()
    assert source.frame().resized(0, 0).image_bgr.shape == (240, 320, 3)


def test_what_is_no_video(tmp_path):
    path = tmp_path / "film.webm"
    path.write_bytes(b"this is no video" * 100)
    with pytest.raises(SourceError, match="no video"):
        VideoSource(str(path), loop=True)


def test_a_file_that_goes_away_is_lost_at_its_end(write_video):
    path = write_video(frames=5)
    source = VideoSource(str(path), loop=True)
    path.unlink()
    for _ in range(5):
        source.advance()
    with pytest.raises(FileNotFoundError):
        source.advance()
    source.close()


def test_a_cut_off_file_plays_as_far_as_it_goes(write_video):
    path = write_video("film.avi", frames=30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = VideoSource(str(path), loop=False)
    frames = 0
    with pytest.raises(SourceEndedError):
        while True:
            source.advance()
            frames += 1
    assert 5 < frames < 30


def test_a_motion_jpeg_stream_is_handed_over_as_it_is(serve_mjpeg, jpeg):
    jpegs = [jpeg(value) for value in (40, 120, 200)]
    with serve_mjpeg(jpegs) as server:
        source = StreamSource(server.address)
        assert source.rate_hz is None
        shown = []
        for _ in range(12):
            source.advance()
            shown.append(jpegs.index(source.frame().jpeg(10)))
        source.close()
    first = shown[0]
    assert shown == [(first + n) % 3 for n in range(12)]


def test_a_server_that_dies_breaks_the_stream(serve_mjpeg, jpeg):
    with serve_mjpeg([jpeg(40)]) as server:
        source = StreamSource(server.address)
        source.advance()
    with pytest.raises(SourceError, match="broke off"):
        for _ in range(100):
            source.advance()
    source.close()


def test_a_server_that_falls_silent_breaks_the_stream(serve_mjpeg, jpeg, monkeypatch):
    monkeypatch.setattr(opencv, "READ_TIMEOUT_MS", 300)
    broken = []

    def read(source):
        with pytest.raises(SourceError) as error:
            for _ in range(100):
                source.advance()
        broken.append(error.value)

    with serve_mjpeg([jpeg(40)]) as server:
        source = StreamSource(server.address)
        source.advance()
        server.hanging.set()
        reader = threading.Thread(target=read, args=[source], daemon=True)
        reader.start()
        reader.join(PATIENCE_S)
        assert not reader.is_alive() and len(broken) == 1
        source.close()


def test_nobody_answers(free_port):
    with pytest.raises(SourceError, match="can't be opened"):
        StreamSource(f"http://127.0.0.1:{free_port}/stream")
    with pytest.raises(SourceError, match="can't be opened"):
        StreamSource(f"rtsp://127.0.0.1:{free_port}/stream")
