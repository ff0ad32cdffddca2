import pytest
from deeplens_camera.source_address import SourceAddress, SourceKind, parse_source
from signage_common.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("0", SourceKind.DEVICE, "/dev/video0"),
        ("12", SourceKind.DEVICE, "/dev/video12"),
        ("/dev/video1", SourceKind.DEVICE, "/dev/video1"),
        ("/dev/v4l/by-id/usb-camera", SourceKind.DEVICE, "/dev/v4l/by-id/usb-camera"),
        (" synthetic ", SourceKind.SYNTHETIC, ""),
        ("awscam", SourceKind.AWSCAM, ""),
        ("rtsp://10.0.0.2:554/h264", SourceKind.STREAM, "rtsp://10.0.0.2:554/h264"),
        ("HTTP://cam/mjpg?fps=5", SourceKind.STREAM, "HTTP://cam/mjpg?fps=5"),
    ],
)
def test_what_needs_no_file(text, kind, place):
    assert parse_source(text) == SourceAddress(kind, place)


def test_files_folders_and_globs(tmp_path):
    film, photo = tmp_path / "film [1].webm", tmp_path / "Bild.JPG"
    film.touch()
    photo.touch()
    assert parse_source(str(film)).kind is SourceKind.VIDEO  # a name with brackets is no glob where it exists
    assert parse_source(f"file://{film}") == SourceAddress(SourceKind.VIDEO, str(film))
    assert parse_source(str(photo)).kind is SourceKind.PHOTOS
    assert parse_source(str(tmp_path)).kind is SourceKind.PHOTOS
    assert parse_source(f"{tmp_path}/*.jpg") == SourceAddress(SourceKind.PHOTOS, f"{tmp_path}/*.jpg")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "got nothing"),
        ("/no/such/film.webm", "/no/such/film.webm: not found; expected a device"),
        ("webcam", "webcam: not found"),
        ("ftp://cam/film", "expected an address that begins with rtsp://"),
        ("http://", r"expected http://HOST\[:PORT\]/PATH"),
        ("rtsp://cam:port/x", "expected rtsp://HOST"),
        ("http://cam:99999/", "expected http://HOST"),
    ],
)
def test_what_is_no_source_is_refused(text, message):
    with pytest.raises(ConfigurationError, match=message):
        parse_source(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("rtsp://user:secret@cam/x", "rtsp://cam"),
        ("http://user:se@cret@cam:80/x?y=z", "http://cam:80"),
        ("synthetic", "synthetic"),
        ("awscam", "awscam"),
        ("3", "/dev/video3"),
    ],
)
def test_a_label_never_tells_the_password(text, label):
    assert parse_source(text).label == label


def test_neither_does_an_error():
    with pytest.raises(ConfigurationError) as error:
        parse_source("ftp://user:secret@cam/film")
    assert "secret" not in str(error.value)
