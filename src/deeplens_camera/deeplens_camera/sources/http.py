"""Pictures over HTTP: an endless answer of many, or one picture that is asked for again and again."""

from __future__ import annotations

import ssl
import time
import urllib.request
import warnings
from http import HTTPStatus
from http.client import HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deeplens_camera import MAX_FRAME_BYTES
from deeplens_camera.errors import SourceError
from deeplens_camera.frame import Frame
from deeplens_camera.multipart import MultipartPictures
from deeplens_camera.params import CameraParams
from deeplens_camera.sources.opencv import open_by_ffmpeg
from deeplens_camera.sources.source import Source

TIMEOUT_S = 15.0
"""After this long without a picture an address is given up and opened again; slow cameras send one in ten seconds."""
DEFAULT_POLL_HZ = 2.0
"""How often a single picture is asked for, unless a rate is."""
POLLS = 3
"""So many requests in a row must fail before the camera counts as lost: small ones are busy at times."""
_CHUNK = 64 << 10
_UNESCAPED = "%/:=&?~+!$,;'@()*[]"
"""What is left as it is in an address; all else but letters, digits and -._ is written as %XX."""

warnings.filterwarnings("ignore", "Basic Auth Realm was unquoted", UserWarning)


class HttpAddress:
    """An address, and what it takes to get an answer from it."""

    def __init__(self, address: str) -> None:
        """Take the address, which may hold user and password."""
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        self._url = urlunsplit((parts.scheme, host, quote(parts.path, _UNESCAPED), quote(parts.query, _UNESCAPED), ""))
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if parts.username is not None:
            passwords.add_password(None, self._url, unquote(parts.username), unquote(parts.password or ""))
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=_any_certificate()),
            urllib.request.HTTPRedirectHandler(),
            urllib.request.HTTPDigestAuthHandler(passwords),
            urllib.request.HTTPBasicAuthHandler(passwords),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            self._opener.add_handler(handler)

    def get(self, headers: dict[str, str] | None = None) -> HTTPResponse:
        """Ask for what is there; return the answer, whose body is still to be read.

        Raises:
            SourceError: nothing answers, or with an error.
        """
        request = urllib.request.Request(self._url, headers=headers or {})  # noqa: S310 - http or https
        try:
            answer: HTTPResponse = self._opener.open(request, timeout=TIMEOUT_S)
        except HTTPError as error:
            error.close()
            raise _AnswerError(error.code) from None
        except Exception as error:  # whatever the library's parsers make of an answer
            raise SourceError(f"can't be opened: {_words_of(error)}") from None
        return answer


class _AnswerError(SourceError):
    """The answer is an error, such as 404 Not Found."""

    def __init__(self, code: int) -> None:
        words = {each.value: each.phrase for each in HTTPStatus}.get(code, "")
        hint = "; user and password belong into the address" if code == HTTPStatus.UNAUTHORIZED else ""
        super().__init__(f"can't be opened: answers {code} {words}".rstrip() + hint)
        self.code = code


class MultipartSource(Source):
    """An endless answer of many pictures; one that ends is asked for again, at the rate of single pictures."""

    def __init__(self, address: HttpAddress, answer: HTTPResponse, params: CameraParams) -> None:
        """Take the answer that has been opened."""
        self._address = address
        self._polls = _Polls(params)
        self._pictures: list[bytes] = []
        self._picture = b""
        self._begin(answer)

    def configure(self, params: CameraParams) -> None:
        """Ask at another rate."""
        self._polls.configure(params)

    def advance(self) -> None:
        """Wait for the next picture.

        Raises:
            SourceError: the stream broke off, sends no pictures, or none for too long.
        """
        end_s = time.monotonic() + TIMEOUT_S
        while not self._pictures:
            if time.monotonic() > end_s:
                raise SourceError("sends no picture any more")
            chunk = b"" if self._parts.has_ended else _read(self._answer)
            if chunk:
                self._pictures = self._parts.feed(chunk)
                self._is_fruitful |= bool(self._pictures)
            else:
                self._ask_again()
                end_s = time.monotonic() + TIMEOUT_S
        self._picture = self._pictures.pop(0)

    def frame(self) -> Frame:
        """Return the current picture.

        Raises:
            BrokenFrameError: it is none.
        """
        return Frame.from_picture(self._picture)

    def close(self) -> None:
        """Close the connection."""
        self._answer.close()

    def _begin(self, answer: HTTPResponse) -> None:
        self._answer = answer
        self._parts = MultipartPictures()
        self._is_fruitful = False

    def _ask_again(self) -> None:
        self._answer.close()
        if not self._is_fruitful:
            raise SourceError("the stream broke off")
        self._polls.wait()
        self._begin(self._address.get())


class PictureSource(Source):
    """A single picture, asked for again and again: a slow camera."""

    def __init__(self, address: HttpAddress, answer: HTTPResponse, params: CameraParams) -> None:
        """Take the answer that has been opened, the first picture."""
        self._address = address
        self._polls = _Polls(params)
        self._answer: HTTPResponse | None = answer
        self._picture = b""
        self._frame: Frame | None = None
        self._unless: dict[str, str] = {}

    def configure(self, params: CameraParams) -> None:
        """Ask at another rate."""
        self._polls.configure(params)

    def advance(self) -> None:
        """Wait until it is time, and ask for the picture.

        Raises:
            SourceError: the camera did not give it several times.
        """
        for attempt in range(1, POLLS + 1):
            try:
                self._take(self._answer or self._ask())
                return
            except SourceError:
                if attempt == POLLS:
                    raise
            finally:
                self.close()

    def frame(self) -> Frame:
        """Return the current picture: the same frame as before if the camera says that nothing has changed.

        Raises:
            BrokenFrameError: it is none.
        """
        if self._frame is None:
            self._frame = Frame.from_picture(self._picture)
        return self._frame

    def close(self) -> None:
        """Close the connection."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _ask(self) -> HTTPResponse | None:
        """Return the answer, None if the picture is still the same."""
        self._polls.wait()
        try:
            self._answer = self._address.get(self._unless)
        except _AnswerError as error:
            if error.code == HTTPStatus.NOT_MODIFIED:
                return None
            raise
        return self._answer

    def _take(self, answer: HTTPResponse | None) -> None:
        if answer is None:
            return
        picture, end_s = bytearray(), time.monotonic() + TIMEOUT_S
        while chunk := _read(answer):
            picture += chunk
            if len(picture) > MAX_FRAME_BYTES or time.monotonic() > end_s:
                raise SourceError(f"sends a picture without an end; expected at most {MAX_FRAME_BYTES >> 20} MB")
        self._picture, self._frame = bytes(picture), None
        marks = {"If-None-Match": answer.headers["ETag"], "If-Modified-Since": answer.headers["Last-Modified"]}
        self._unless = {name: value for name, value in marks.items() if value}


class _Polls:
    """The rate at which a camera is asked."""

    def __init__(self, params: CameraParams) -> None:
        self._asked_s = time.monotonic()
        self.configure(params)

    def configure(self, params: CameraParams) -> None:
        """Go on at another rate."""
        self._interval_s = 1 / (params.fps or DEFAULT_POLL_HZ)

    def wait(self) -> None:
        """Wait until it is time to ask."""
        time.sleep(max(self._asked_s + self._interval_s - time.monotonic(), 0.0))
        self._asked_s = time.monotonic()


def open_http(place: str, params: CameraParams) -> Source:
    """Ask an address once, and open what it turns out to be; what is neither picture nor pictures is FFmpeg's.

    Raises:
        SourceError: nothing answers, or it is no video.
    """
    address = HttpAddress(place)
    answer = address.get()
    try:
        beginning = answer.peek(4)[:4]
    except Exception:
        beginning = b""
    kind = answer.headers.get_content_maintype()
    if kind == "multipart" or beginning.startswith(b"--"):
        return MultipartSource(address, answer, params)
    if kind == "image" or (beginning.startswith(b"\xff\xd8") and answer.length is not None):
        return PictureSource(address, answer, params)
    answer.close()
    return open_by_ffmpeg(place, params)


def _read(answer: HTTPResponse) -> bytes:
    """Return the bytes that are there next, none at the end.

    Raises:
        SourceError: the connection broke.
    """
    try:
        return answer.read1(_CHUNK)
    except Exception as error:
        raise SourceError(f"the stream broke off: {_words_of(error)}") from None


def _words_of(error: Exception) -> str:
    """Return what went wrong, without the address that messages of the library may hold."""
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error
    return (cause.strerror if isinstance(cause, OSError) else "") or type(cause).__name__


def _any_certificate() -> ssl.SSLContext:
    """Cameras sign their own certificates, so none is asked for proof, as FFmpeg does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
