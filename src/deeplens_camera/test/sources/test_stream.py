import time

import pytest
from deeplens_camera.errors import SourceError
from deeplens_camera.sources import stream
from deeplens_camera.sources.stream import StreamSource


def test_motion_jpeg_is_handed_over_as_it_is(serve_mjpeg, jpeg):
    jpegs = [jpeg(value) for value in (40, 120, 200)]
    with serve_mjpeg(jpegs) as server:
        source = StreamSource(server.address)
        assert source.rate_hz is None
        shown = []
        for _ in range(12):
            source.advance()
            shown.append(jpegs.index(source.picture().jpeg(10)))
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
    monkeypatch.setattr(stream, "READ_TIMEOUT_MS", 300)
    with serve_mjpeg([jpeg(40)]) as server:
        source = StreamSource(server.address)
        source.advance()
        server.hanging.set()
        began = time.monotonic()
        with pytest.raises(SourceError):
            for _ in range(100):
                source.advance()
        assert time.monotonic() - began < 5.0
        source.close()


def test_nobody_answers(free_port):
    with pytest.raises(SourceError, match="can't be opened"):
        StreamSource(f"http://127.0.0.1:{free_port}/stream")
    with pytest.raises(SourceError, match="can't be opened"):
        StreamSource(f"rtsp://127.0.0.1:{free_port}/stream")
