import os
import socket
import tempfile

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


UNESCAPED = [
    *(
        "pa/ss",
        "pa#ss",
        "pa?ss",
        "100%",
        "12/ss",
        "12?s",
        "p@ss/w@rd",
        "12/s%",
        "a%zz",
        "[x]",
        "p[ss",
        "#",
        "?",
        "/",
        "%",
    ),
]


@pytest.mark.fault
@pytest.mark.parametrize("password", UNESCAPED)
@pytest.mark.parametrize("scheme", ["rtsp", "http"])
@pytest.mark.parametrize("rest", ["192.0.2.1/s", "192.0.2.1:554/s?x=1", "[2001:db8::1]/s"])
def test_an_unescaped_character_in_a_password_is_answered_with_how_to_write_it(scheme, password, rest):
    how = r"parameter source: .*write @ as %40.* / as %2F, # as %23, \? as %3F"
    with pytest.raises(ConfigurationError, match=how) as error:
        parse_source(f"{scheme}://admin:{password}@{rest}")
    shown = str(error.value).partition(": ")[2].partition(": ")[0]
    assert shown == f"{scheme}://..."


SECRETS = [
    "rtsp://admin:hunter2@192.0.2.1/s",
    "rtsp://hunter2@192.0.2.1:554/s",
    "rtsp://admin:h%2Funter2@192.0.2.1:554/s",
    "http://user:hunter2@se@192.0.2.1:80/x",
    "http://192.0.2.1/videostream.cgi?user=admin&pwd=hunter2",
    "http://192.0.2.1/video?hunter2",
    "http://192.0.2.1/video;key=hunter2",
    "http://192.0.2.1/video#hunter2",
    "https://192.0.2.1/hunter2/live.m3u8",
    "rtsps://192.0.2.1:7441/hunter2?enableSrtp",
    "rtsp://192.0.2.1:554/user=admin_password=hunter2_channel=1_stream=0.sdp?real_stream",
    "HTTP://192.0.2.1/x?auth=hunter2",
]


@pytest.mark.fault
@pytest.mark.parametrize("text", SECRETS)
def test_of_an_address_only_the_host_is_told(text):
    label = parse_source(text).label
    assert "hunter2" not in label and "admin" not in label
    assert label.startswith(text.partition("://")[0].lower() + "://") and "192.0.2.1" in label


@pytest.mark.fault
@pytest.mark.parametrize(
    "text",
    [
        *(text.replace("rtsp", "rtps").replace("http", "htp", 1) for text in map(str.lower, SECRETS)),
        *(text.partition("://")[2] for text in SECRETS),
        *(text.replace("://", ":/") for text in SECRETS),
        *(text.replace("192.0.2.1", "") for text in SECRETS[:2]),
        *(text.replace("192.0.2.1", "192.0.2.1:99999") for text in SECRETS if "192.0.2.1:" not in text),
        *(text.replace("192.0.2.1", "192.0 2.1") for text in SECRETS),
    ],
)
def test_nor_does_a_mistake_tell_more(text):
    try:
        address = parse_source(text)
    except ConfigurationError as error:
        shown = str(error)
    else:
        shown = f"{address.label} {address.shown_place}"  # with a ? it may be a glob
    assert "hunter2" not in shown, shown


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("   ", "got nothing"),
        ("file://", "got nothing"),
        ("a\0b", "control characters"),
        ("/dev/video\0", "control characters"),
        ("rtsp://cam\0/x", "control characters"),
        ("film\nfilm.webm", "control characters"),
        ("film\x1b[31m.webm", "control characters"),
        ("film\udce9.webm", "control characters"),
        ("file:///a%00b", "not found"),
        ("x" * 300, "File name too long"),
        ("/x" * 5000, "File name too long"),
        ("9" * 5000, "File name too long"),
        ("1234", "not found"),
        ("~nobody-of-this-name/film.webm", "not found"),
        ("rtsp://", "expected rtsp://HOST"),
        ("rtsp://:554/x", "expected rtsp://HOST"),
        ("rtsp://cam:0/x", "expected rtsp://HOST"),
        ("rtsp://ca m/x", "expected rtsp://HOST"),
        ("rtsp://" + "x" * 9000 + ":port", "expected rtsp://HOST"),
        ("://cam", "not found"),
    ],
)
def test_a_mistake_is_one_short_line(text, message):
    with pytest.raises(ConfigurationError, match=message) as error:
        parse_source(text)
    assert len(str(error.value)) < 600 and str(error.value).isprintable()


@pytest.mark.fault
def test_what_is_there_but_no_file(tmp_path):
    os.mkfifo(tmp_path / "photo.jpg")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling.webm").symlink_to(tmp_path / "nothing")
    (tmp_path / "zero.webm").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "socket"))
        for name in ("photo.jpg", "zero.webm", "socket"):
            with pytest.raises(ConfigurationError, match=f"{name}: is no file"):
                parse_source(str(tmp_path / name))
    for name, message in (("loop", "Too many levels"), ("loop/x", "Too many levels"), ("dangling.webm", "not found")):
        with pytest.raises(ConfigurationError, match=message):
            parse_source(str(tmp_path / name))


@pytest.mark.fault
def test_a_folder_may_have_the_name_of_a_photo_and_a_file_may_lie_in_dev(tmp_path):
    folder = tmp_path / "photo.jpg"
    folder.mkdir()
    assert parse_source(str(folder)).kind is SourceKind.PHOTOS
    with tempfile.NamedTemporaryFile(dir="/dev/shm", suffix=".webm") as film:
        assert parse_source(film.name).kind is SourceKind.VIDEO


@pytest.mark.fault
@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("film.webm", "film.webm"),
        ("거리 [1].webm", "거리 [1].webm"),
        ("a\u202eb.webm", "a\\u202eb.webm"),
        (f"{'x' * 240}.webm", f"{'x' * 200}..."),
    ],
)
def test_of_a_file_only_its_name_is_told_in_one_line(tmp_path, name, label):
    (tmp_path / name).touch()
    assert parse_source(str(tmp_path / name)).label == label


@pytest.mark.fault
def test_an_address_of_a_file_may_be_escaped(tmp_path):
    film = tmp_path / "a b%.webm"
    film.touch()
    assert parse_source(film.as_uri()).place == str(film)
    assert parse_source(film.as_uri().replace("file://", "file://localhost")).place == str(film)
