"""The camera as its own process, as it runs in the graph."""

import signal
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CompressedImage, Image
from signage_common.process_testing import PATIENCE_S, ProgramUnderTest
from signage_common.ros_topics import IMAGE_QOS, stamp_to_ns
from signage_common.stamps import ns_to_seconds

pytestmark = pytest.mark.graph
COUNT_FRAMES = Path(__file__).parent / "count_frames.py"
PROFILE = Path(__file__).parents[3] / "launch" / "config" / "fastdds_images.xml"
FRAMES = 150
LARGE_MESSAGES = {"MALLOC_MMAP_THRESHOLD_": "67108864", "MALLOC_TRIM_THRESHOLD_": "268435456"}
"""The C library then keeps the memory of images instead of asking the kernel for it each time."""
PATIENT = """
from deeplens_camera.node import main
from deeplens_camera.sources import opencv

opencv.OPEN_TIMEOUT_MS = opencv.READ_TIMEOUT_MS = 3_600_000
main()
"""
"""A camera whose FFmpeg holds a read that hangs for an hour: who waits for that read, waits longer than any test."""


@contextmanager
def camera(graph, source, env=None, program=("-m", "deeplens_camera.node"), **params):
    settings = [f"{name}:={value}" for name, value in {"source": source, **params}.items()]
    command = [sys.executable, *program, "--ros-args", "-r", "__ns:=/deeplens1"]
    command += [word for setting in settings for word in ("-p", setting)]
    with ProgramUnderTest(command, {**graph.env, **(env or {})}) as running:
        yield running


def figures(statuses):
    return {pair.key: pair.value for pair in statuses[-1].status[0].values}


def test_720p_at_30_hz_arrives_and_what_is_missing_is_counted(graph, write_video):
    heard, statuses = [], []
    probe = graph.probe()
    probe.create_subscription(
        CompressedImage,
        "image_raw/compressed",
        lambda message: heard.append(stamp_to_ns(message.header.stamp)),
        IMAGE_QOS,
    )
    probe.create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    with camera(graph, write_video(frames=60, size=(1280, 720))) as program:
        graph.spin_until(lambda: len(heard) >= FRAMES, timeout_s=60.0, what=f"{FRAMES} pictures")
        last_ns = heard[FRAMES - 1]
        graph.spin_until(lambda: stamp_to_ns(statuses[-1].header.stamp) > last_ns, what="figures")
        told = figures(statuses)
        skipped = int(told["skipped_late"])
        # From stamp to stamp, as many frames as the time holds: those that came, and those that were counted as late.
        expected = round(ns_to_seconds(heard[FRAMES - 1] - heard[0]) * 30) + 1
        assert FRAMES + skipped >= 0.95 * expected
        assert int(told["broken"]) == int(told["skipped_rate"]) == 0
        assert int(told["published_compressed"]) <= int(told["captured"])
        assert program.end() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(graph, number):
    statuses = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    with camera(graph, "synthetic") as program:
        graph.spin_until(lambda: statuses, what="start")
        assert program.end(number) == 0
    assert "Traceback" not in program.errors and len(program.error_lines) <= 1


def test_a_stream_that_hangs_does_not_hold_the_end_up(graph, serve_mjpeg, jpeg):
    heard = []
    graph.probe().create_subscription(CompressedImage, "image_raw/compressed", heard.append, IMAGE_QOS)
    with serve_mjpeg([jpeg(40)]) as server, camera(graph, server.address, program=("-c", PATIENT)) as program:
        graph.spin_until(lambda: heard, what="picture")
        server.hanging.set()
        assert program.end() == 0
    assert "Traceback" not in program.errors


def test_an_address_that_accepts_and_says_nothing_does_not_either(graph):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"rtsp://127.0.0.1:{server.getsockname()[1]}/x"
        with camera(graph, address, program=("-c", PATIENT)) as program:
            server.settimeout(PATIENCE_S)
            connection, _ = server.accept()
            with connection:
                assert program.end() == 0
    assert "Traceback" not in program.errors


def test_a_device_that_is_not_there_is_told_once(graph):
    statuses = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    with camera(graph, "/dev/video97") as program:
        graph.spin_until(lambda: len(statuses) >= 4, what="four reports")
        assert program.end() == 0
    (line,) = program.error_lines
    assert "/dev/video97: waiting: no camera there" in line


@pytest.mark.parametrize(
    ("source", "message"),
    [("/no/such/film.webm", "error: parameter source: /no/such/film.webm: not found"), ("BROKEN", "is no video")],
)
def test_a_wrong_source_is_one_line_and_status_2(graph, source, message, tmp_path):
    (tmp_path / "broken.webm").write_bytes(b"no film")
    source = source.replace("BROKEN", str(tmp_path / "broken.webm"))
    with camera(graph, source) as program:
        assert program.wait() == 2
    (line,) = program.error_lines
    assert message in line


def test_raw_720p_arrives_through_the_shipped_profile(graph, write_video):
    env = {"FASTDDS_DEFAULT_PROFILES_FILE": str(PROFILE), **LARGE_MESSAGES}
    with camera(graph, write_video(frames=60, size=(1280, 720)), env) as program:
        command = [sys.executable, COUNT_FRAMES, "/deeplens1/image_raw", "5"]
        with ProgramUnderTest(command, {**graph.env, **env}) as listener:
            assert listener.wait() == 0, listener.errors
        arrived, expected = map(int, listener.lines[-1].split())
        assert program.end() == 0
    assert expected == pytest.approx(150, abs=5)
    assert arrived >= 0.7 * expected  # all of them on an idle machine; through the default transports under a half


def test_an_image_message_holds_what_raw_listeners_expect(graph):
    heard = []
    graph.probe().create_subscription(Image, "image_raw", heard.append, IMAGE_QOS)
    with camera(graph, "synthetic", width=64, height=48) as program:
        graph.spin_until(lambda: heard, what="picture")
        assert program.end() == 0
    assert heard[0].header.frame_id == "camera_optical_frame"
