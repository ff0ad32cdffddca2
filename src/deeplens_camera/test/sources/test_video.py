import pytest
from deeplens_camera.errors import SourceEndedError, SourceError
from deeplens_camera.sources.video import VideoSource


def number_of(source):
    """Read off the grey which frame of the film it is."""
    return round((float(source.picture().image_bgr.mean()) - 30) / 8)


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


def test_motion_jpeg_is_handed_over_as_it_is(write_video):
    path = write_video("film.avi", frames=5)
    source = VideoSource(str(path), loop=True)
    for _ in range(2):
        source.advance()
    jpeg = source.picture().jpeg(10)
    assert jpeg.startswith(b"\xff\xd8")
    assert jpeg in path.read_bytes()
    assert source.picture().sized(0, 0).image_bgr.shape == (240, 320, 3)


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
    with pytest.raises(SourceError):
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
