"""Pictures over HTTP: streams that keep to no standard, single pictures, passwords, and answers that never end."""

import base64
import gc
import hashlib
import re
import time
from contextlib import ExitStack

import cv2
import numpy as np
import pytest
from deeplens_camera.errors import BrokenFrameError, SourceError
from deeplens_camera.params import CameraParams
from deeplens_camera.sources import http
from deeplens_camera.sources.http import MultipartSource, PictureSource
from deeplens_camera.sources.opencv import StreamSource, VideoSource

pytestmark = pytest.mark.fault
QUICK = CameraParams(fps=50.0)
MULTIPART = "multipart/x-mixed-replace; boundary=frame"
GREYS = (40, 120, 200)


@pytest.fixture
def open_http():
    """Open addresses, and close them at the end."""
    with ExitStack() as opened:

        def start(address, params):
            source = http.open_http(address, params)
            opened.callback(source.close)
            return source

        yield start


@pytest.fixture
def jpegs(jpeg):
    return [jpeg(grey) for grey in GREYS]


def greys(source, frames):
    shown = []
    for _ in range(frames):
        source.advance()
        shown.append(round(float(source.frame().resized(0, 0).image_bgr.mean()) / 40) * 40)
    return shown


def with_length(jpeg):
    return b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg) + jpeg + b"\r\n"


PARTS = {
    "as the standard has it": with_length,
    "no length": lambda jpeg: b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n",
    "line feeds only": lambda jpeg: b"--frame\nContent-Type: image/jpeg\n\n" + jpeg + b"\n",
    "no head at all": lambda jpeg: b"--frame\r\n\r\n" + jpeg + b"\r\n",
    "no empty line": lambda jpeg: b"--frame\r\nContent-Type: image/jpeg\r\n" + jpeg + b"\r\n",
    "no line end before the boundary": lambda jpeg: b"--frame\r\n\r\n" + jpeg,
    "another boundary than announced": lambda jpeg: with_length(jpeg).replace(b"--frame", b"--myboundary"),
    "dashes announced as part of it": lambda jpeg: with_length(jpeg).replace(b"--frame", b"----frame"),
    "a length that is too long": lambda jpeg: (
        b"--frame\r\nContent-Length: %d\r\n\r\n" % (len(jpeg) + 2) + jpeg + b"\r\n\r\n"
    ),
    "a length that is no number": lambda jpeg: b"--frame\r\nContent-Length: many\r\n\r\n" + jpeg + b"\r\n",
    "a length of nothing, then the picture": lambda jpeg: (
        b"--frame\r\nContent-Length: 0\r\n\r\n\r\n" + with_length(jpeg)
    ),
    "extra head lines": lambda jpeg: with_length(jpeg).replace(b"\r\n", b"\r\nX-Timestamp: 1.5\r\ncontent-id:7\r\n", 1),
    "a preamble": lambda jpeg: b"welcome\r\n" + with_length(jpeg),
    "fill bytes behind the start": lambda jpeg: with_length(jpeg[:2] + b"\xff" * 9 + jpeg[2:]),
    "zeros behind the start": lambda jpeg: with_length(jpeg[:2] + bytes(5) + jpeg[2:]),
    "600 zeros behind the end": lambda jpeg: with_length(jpeg + bytes(600)),
    "junk behind the end": lambda jpeg: with_length(jpeg + b"junk" * 400),
    "junk before the start": lambda jpeg: with_length(b"junk\r\n" + jpeg),
    "no end": lambda jpeg: with_length(jpeg[:-2]),
    "no end and no length": lambda jpeg: b"--frame\r\n\r\n" + jpeg[:-2] + b"\r\n",
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_stream_is_read_however_its_parts_look(open_http, serve, jpegs, part):
    def answer(request, number):
        request.begin(Content_Type=MULTIPART)
        while True:
            for jpeg in jpegs:
                request.wfile.write(part(jpeg))

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        assert isinstance(source, MultipartSource) and source.rate_hz is None
        assert greys(source, 12) == list(GREYS) * 4
        source.close()
        assert len(server.requests) == 1


def test_a_stream_that_comes_in_small_pieces(open_http, serve, jpegs):
    def answer(request, number):
        request.begin(Content_Type=MULTIPART)
        data = b"".join(map(with_length, jpegs * 4))
        for at in range(0, len(data), 97):
            request.wfile.write(data[at : at + 97])

    with serve(answer) as server:
        assert greys(open_http(server.address, QUICK), 9) == list(GREYS) * 3


@pytest.mark.parametrize("headers", [{}, {"Content_Type": "text/plain"}, {"Content_Type": "multipart/mixed"}])
def test_a_stream_that_is_not_announced_as_one(open_http, serve, jpegs, headers):
    def answer(request, number):
        request.begin(**headers)
        while True:
            request.wfile.write(with_length(jpegs[0]))

    with serve(answer) as server:
        assert greys(open_http(server.address, QUICK), 3) == [40] * 3


def test_other_pictures_than_jpeg_are_shown(open_http, serve, jpegs):
    png = cv2.imencode(".png", np.full((20, 30, 3), 200, np.uint8))[1].tobytes()

    def answer(request, number):
        request.begin(Content_Type=MULTIPART)
        while True:
            request.wfile.write(with_length(png) + with_length(b"no picture") + with_length(jpegs[0]))

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        assert greys(source, 1) == [200]
        source.advance()
        with pytest.raises(BrokenFrameError):
            source.frame().resized(0, 0)
        assert greys(source, 1) == [40]


@pytest.mark.parametrize("ending", [b"", b"--frame--\r\n"])
def test_a_stream_that_ends_after_each_picture_is_a_slow_camera(open_http, serve, jpegs, ending):
    def answer(request, number):
        request.begin(Content_Type=MULTIPART)
        request.wfile.write(with_length(jpegs[number % 3]) + ending)

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        assert greys(source, 7) == [120, 200, 40, 120, 200, 40, 120]
        assert len(server.requests) == 7


def test_a_single_picture_is_a_slow_camera(open_http, serve, jpegs):
    asked_s = []

    def answer(request, number):
        asked_s.append(time.monotonic())
        request.begin(Content_Type="image/jpeg", Content_Length=len(jpegs[0]))
        request.wfile.write(jpegs[number % 3])

    with serve(answer) as server:
        source = open_http(f"{server.address}/snap.jpg", CameraParams(fps=20.0))
        assert isinstance(source, PictureSource) and source.rate_hz is None
        assert greys(source, 7) == [120, 200, 40, 120, 200, 40, 120]
    assert len(asked_s) == 7 and asked_s[-1] - asked_s[0] > 6 * 0.9 / 20  # not quicker than asked for


@pytest.mark.parametrize(
    "headers", [{"Content_Type": "image/jpeg"}, {"Content_Type": "application/octet-stream"}, {"Content_Type": "x"}]
)
def test_a_single_picture_is_seen_for_what_it_is(open_http, serve, jpegs, headers):
    def answer(request, number):
        request.begin(Content_Length=len(jpegs[0]), **headers)
        request.wfile.write(jpegs[0])

    with serve(answer) as server:
        assert greys(open_http(server.address, QUICK), 2) == [40, 40]


def test_what_the_camera_says_has_not_changed_is_not_sent_again(open_http, serve, jpegs):
    def answer(request, number):
        if request.headers["If-None-Match"] == '"1"':
            request.begin(304)
        else:
            request.begin(Content_Type="image/jpeg", Content_Length=len(jpegs[0]), ETag='"1"')
            request.wfile.write(jpegs[0])

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        source.advance()
        first = source.frame()
        assert greys(source, 4) == [40] * 4
        assert source.frame() is first
        assert [bool(each["If-None-Match"]) for each in server.requests] == [False, True, True, True, True]


def test_a_camera_that_is_busy_at_times_is_not_lost(open_http, serve, jpegs):
    def answer(request, number):
        if number % 3:
            request.begin(503)
        else:
            request.begin(Content_Type="image/jpeg", Content_Length=len(jpegs[0]))
            request.wfile.write(jpegs[0])

    with serve(answer) as server:
        server.requests += [None, None]  # so that the first answer is good
        source = open_http(server.address, QUICK)
        assert greys(source, 4) == [40] * 4


def test_a_camera_that_fails_again_and_again_is_lost(open_http, serve, jpegs):
    def answer(request, number):
        if number > 1:
            return request.begin(503)
        request.begin(Content_Type="image/jpeg", Content_Length=len(jpegs[0]))
        return request.wfile.write(jpegs[0])

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        source.advance()
        with pytest.raises(SourceError, match="answers 503 Service Unavailable"):
            source.advance()
        assert len(server.requests) == 1 + http.POLLS


def announced(length):
    return b"--frame\r\nContent-Length: %d\r\n\r\nx" % length


def endless(head, piece):
    def answer(request, number):
        request.begin(**head)
        while not request.server.stopping.is_set():
            request.wfile.write(piece)

    return answer


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            endless({"Content_Type": MULTIPART}, b"--frame\r\nContent-Length: 2000000000\r\n\r\nx"),
            "announces a picture of 1907",
        ),
        (endless({"Content_Type": MULTIPART}, b"--frame\r\nContent-Length: 999999999999999999\r\n\r\nx"), "announces"),
        (endless({"Content_Type": MULTIPART}, b"--frame\r\n\r\n" + bytes(9 << 20)), None),
        (endless({"Content_Type": MULTIPART}, b"x" * 65536), "sends no picture"),
        (endless({"Content_Type": MULTIPART}, b"--frame\r\n" + b"x: y\r\n" * 20000), "head of a part"),
        (endless({"Content_Type": "image/jpeg"}, b"\xff\xd8\xff" + bytes(65536)), "without an end"),
        (endless({"Content_Type": "image/jpeg", "Content_Length": 2 << 30}, bytes(65536)), "without an end"),
    ],
)
def test_an_answer_without_end_is_bounded(open_http, serve, answer, message, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT_S", 1.0)
    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        if message is None:  # parts of 9 MB of nothing: frames that are broken
            source.advance()
            with pytest.raises(BrokenFrameError):
                source.frame().resized(0, 0)
        else:
            with pytest.raises(SourceError, match=message):
                source.advance()
        source.close()


def test_a_part_without_a_boundary_behind_it_is_bounded(open_http, serve):
    def answer(request, number):
        request.begin(Content_Type=MULTIPART)
        request.wfile.write(b"--frame\r\n\r\n")
        while not request.server.stopping.is_set():
            request.wfile.write(bytes(65536))

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        with pytest.raises(SourceError, match="a picture without an end; expected at most 16 MB"):
            source.advance()


@pytest.mark.parametrize("content_type", [MULTIPART, "image/jpeg"])
@pytest.mark.parametrize("drip", [b"", b"x"])
def test_silence_and_drops_are_given_up(open_http, serve, monkeypatch, content_type, drip):
    monkeypatch.setattr(http, "TIMEOUT_S", 0.3)
    monkeypatch.setattr(http, "POLLS", 1)

    def answer(request, number):
        request.begin(Content_Type=content_type)
        while not request.server.stopping.wait(0.05):
            request.wfile.write(drip)

    with serve(answer) as server, pytest.raises(SourceError, match=r"broke off|sends"):
        open_http(server.address, QUICK).advance()


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (401, {"WWW_Authenticate": 'Basic realm="x"'}, "answers 401 Unauthorized; user and password belong into"),
        (401, {"WWW_Authenticate": 'Basic realm="x'}, "answers 401"),
        (401, {"WWW_Authenticate": "Bearer"}, "can't be opened"),
        (401, {"WWW_Authenticate": 'Digest realm="x", nonce="1", algorithm=ROT13'}, "can't be opened"),
        (401, {"WWW_Authenticate": "Digest"}, "can't be opened"),
        (401, {"WWW_Authenticate": "Digest realm="}, "can't be opened"),
        (401, {"WWW_Authenticate": "Digest nonce,=,"}, "can't be opened"),
        (403, {}, "answers 403 Forbidden"),
        (404, {}, "answers 404 Not Found"),
        (799, {}, "answers 799"),
        (302, {"Location": "ftp://127.0.0.1/x"}, "can't be opened"),
        (302, {"Location": "file:///etc/passwd"}, "can't be opened"),
        (302, {"Location": "http://[::1"}, "can't be opened"),
        (302, {"Location": "/again"}, "can't be opened"),
    ],
)
@pytest.mark.parametrize("user", ["", "admin:s3cret@"])
@pytest.mark.filterwarnings("ignore:Basic Auth Realm")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_error_is_said_without_the_password(open_http, serve, status, headers, message, user):
    with serve(lambda request, number: request.begin(status, **headers)) as server:
        address = server.address.replace("//", f"//{user}") + "/video?pwd=s3cret"
        with pytest.raises(SourceError, match=message) as error:
            open_http(address, QUICK)
        gc.collect()  # where the library gives up, it leaves the connection to the garbage collector
    assert "s3cret" not in str(error.value) and "admin" not in str(error.value)


@pytest.mark.parametrize(
    "garbage", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 70000]
)
def test_what_is_no_http_is_said_in_plain_words(open_http, serve, garbage):
    def answer(request, number):
        request.wfile.write(garbage)

    with serve(answer) as server, pytest.raises(SourceError, match="can't be opened"):
        open_http(server.address + "/x?token=s3cret", QUICK)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/a b?c=d e", "/a%20b?c=d%20e"),
        ("/a%2Fb?x=%25", "/a%2Fb?x=%25"),
        ("/영상?이름=값", None),
        ("#part", "/"),
        ("?x=1#y", "/?x=1"),
    ],
)
def test_any_path_is_asked_for(open_http, serve, jpegs, address, path):
    asked = []

    def answer(request, number):
        asked.append(request.path)
        request.begin(Content_Type="image/jpeg")
        request.wfile.write(jpegs[0])

    with serve(answer) as server:
        assert greys(open_http(server.address + address, QUICK), 1) == [40]
    assert asked[0].isascii() and path in (None, asked[0])


PASSWORDS = ["secret", "pa/ss", "p@ss", "pa#ss", "pa?ss", "100%", "pa:ss", "pa ss", "[x]", "비밀", ""]


def escaped(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize("password", PASSWORDS)
def test_user_and_password_of_the_address_are_given_when_asked_for(open_http, serve, jpegs, password):
    expected = "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()

    def answer(request, number):
        if request.headers["Authorization"] != expected:
            return request.begin(401, WWW_Authenticate='Basic realm="camera"')
        request.begin(Content_Type=MULTIPART)
        return [request.wfile.write(with_length(jpegs[0])) for _ in range(9)]

    with serve(answer) as server:
        address = server.address.replace("//", f"//admin:{escaped(password)}@")
        assert greys(open_http(address, QUICK), 3) == [40] * 3


def test_a_password_is_given_as_a_digest_where_that_is_asked_for(open_http, serve, jpegs):
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    def answer(request, number):
        given = dict(re.findall(r'(\w+)="?([^",]+)', request.headers["Authorization"] or ""))
        first, second = md5("admin:camera:pa/ss"), md5(f"GET:{request.path}")
        middle = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        if given.get("response") != md5(f"{first}:{middle}:{second}"):
            return request.begin(401, WWW_Authenticate='Digest realm="camera", nonce="abc", qop="auth"')
        request.begin(Content_Type="image/jpeg", Content_Length=len(jpegs[0]))
        return request.wfile.write(jpegs[0])

    with serve(answer) as server:
        source = open_http(server.address.replace("//", "//admin:pa%2Fss@") + "/snap.jpg?x=1", QUICK)
        assert greys(source, 8) == [40] * 8
        assert not any("secret" in str(each) or "pa/ss" in str(each) for each in server.requests)


def test_a_film_at_a_web_server_is_paced_and_begins_again(open_http, serve, write_video):
    film = write_video(frames=20, fps=25).read_bytes()

    def answer(request, number):
        request.begin(Content_Type="video/webm", Content_Length=len(film))
        request.wfile.write(film)

    with serve(answer) as server:
        source = open_http(f"{server.address}/film.webm", CameraParams())
        assert isinstance(source, VideoSource) and source.rate_hz == pytest.approx(25.0)
        for _ in range(45):
            source.advance()
        source.close()


def test_what_is_neither_picture_nor_film_is_left_to_ffmpeg(open_http, serve, jpegs):
    def answer(request, number):
        request.begin(Content_Type="video/x-motion-jpeg")
        while True:
            request.wfile.write(jpegs[0])

    with serve(answer) as server:
        source = open_http(server.address, QUICK)
        assert isinstance(source, StreamSource)
        assert greys(source, 3) == [40] * 3
        source.close()
