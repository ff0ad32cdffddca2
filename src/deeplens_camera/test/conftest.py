"""What the tests share: films, photos and streams whose every frame is a grey that tells its number, and a graph."""

import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from deeplens_camera.capture_thread import CaptureThread
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import parse_source
from deeplens_camera.sources.opening import fingerprint, open_source
from signage_common.process_testing import free_ports, wait_until
from signage_common.ros_testing import graph

__all__ = ["graph"]

sys.path.insert(0, str(Path(__file__).parent))  # for what tests share

from recording import BACK_OFF, SMALL

SIZE = (320, 240)
BOUNDARY = "frame"


def grey_frame(value, size=SIZE):
    return np.full((size[1], size[0], 3), value, np.uint8)


def jpeg_of(value, size=SIZE):
    return cv2.imencode(".jpg", grey_frame(value, size))[1].tobytes()


@pytest.fixture
def write_video(tmp_path):
    """Write a video whose frames are greys, so that each tells its number: grey = 30 + 8 * (number % 24)."""

    def write(name="film.webm", frames=30, fps=30, size=SIZE):
        path = tmp_path / name
        codec = "VP80" if path.suffix == ".webm" else "MJPG"
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, size)
        assert writer.isOpened()
        for number in range(frames):
            writer.write(grey_frame(30 + 8 * (number % 24), size))
        writer.release()
        return path

    return write


@pytest.fixture
def photo_folder(tmp_path):
    """Make a folder of photos, one grey each."""

    def make(**greys):
        folder = tmp_path / "photos"
        folder.mkdir(exist_ok=True)
        for name, grey in greys.items():
            cv2.imwrite(str(folder / f"{name}.png"), grey_frame(grey))
        return folder

    return make


class _MjpegHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        number = 0
        while not self.server.stopping.is_set():
            if not self.server.hanging.is_set():
                self._send(self.server.jpegs[number % len(self.server.jpegs)])
                number += 1
            self.server.stopping.wait(1 / 30)

    def _send(self, jpeg):
        head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        try:
            self.wfile.write(head.encode() + jpeg + b"\r\n")
        except OSError:
            self.server.stopping.wait(0.1)
            raise ConnectionAbortedError from None

    def log_message(self, *_):
        pass


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_):
        pass


@contextmanager
def mjpeg_server(jpegs, port=0):
    """Serve a motion JPEG stream over HTTP; what is yielded has ``hanging`` and the ``address``."""
    with http_server(_MjpegHandler, port) as server:
        server.jpegs, server.hanging = jpegs, threading.Event()
        server.address += "/stream"
        yield server


@contextmanager
def http_server(handler, port=0):
    """Serve with a handler of http.server; what is yielded has ``stopping`` and the ``address`` of its root."""
    server = _QuietServer(("127.0.0.1", port), handler)
    server.stopping = threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def serve():
    """Serve answers that a function writes: it gets the handler of each request, and whether it is the n-th."""

    @contextmanager
    def start(answer, port=0):
        class Handler(_AnswerHandler):
            pass

        Handler.answer = staticmethod(answer)
        with http_server(Handler, port) as server:
            server.requests = []
            yield server

    return start


class _AnswerHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.headers)
        try:
            self.answer(self, len(self.server.requests))
        except OSError:
            raise ConnectionAbortedError from None  # the camera hung up

    def begin(self, status=200, **headers):
        """Send status and headers; ``content_type`` is Content-Type."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def serve_mjpeg():
    return mjpeg_server


@pytest.fixture
def jpeg():
    return jpeg_of


@pytest.fixture
def free_port():
    """Return a port that nothing listens on."""
    return free_ports(1)[0]


@pytest.fixture
def run():
    """Run a capture thread on whatever opens a source."""
    threads = []

    def start(open_it, recorder, look=lambda: 0, back_off=BACK_OFF, clock=None, params=SMALL):
        thread = CaptureThread(open_it, look, recorder, recorder.events.append, params, back_off, clock)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for thread in threads:
        wait_until(thread.stop, "end of the capture thread")


@pytest.fixture
def play(run):
    """Run a capture thread on a source by its name."""

    def start(text, recorder, fps=0.0, clock=None, **params):
        address = parse_source(str(text))
        asked = CameraParams(fps=fps, **params)
        return run(
            lambda now: open_source(address, now), recorder, lambda: fingerprint(address), clock=clock, params=asked
        )

    return start
