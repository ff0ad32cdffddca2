"""The camera as its own process, as it runs in the graph."""

import os
import random
import signal
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CameraInfo, CompressedImage, Image
from signage_common.process_testing import PATIENCE_S, ProgramClock, ProgramUnderTest, wait_until
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
from deeplens_camera.sources import http, opencv

opencv.OPEN_TIMEOUT_MS = opencv.READ_TIMEOUT_MS = 3_600_000
http.TIMEOUT_S = 3600.0
main()
"""
"""A camera for which a read may hang for an hour: who waits for that read, waits longer than any test."""
BREAKING = """
import os
from deeplens_camera.node import main
from deeplens_camera.sources.synthetic import SyntheticSource

advance = SyntheticSource.advance

def advance_or_break(self):
    if os.path.exists(os.environ["BREAKS_WHEN"]):
        raise LookupError("a mistake that nobody foresaw")
    advance(self)

SyntheticSource.advance = advance_or_break
main()
"""
"""A camera whose capture thread dies when a file is there."""
PROGRAM = Path(__file__).parents[1] / "scripts" / "camera"
MOMENTS_S = (0.03, *(tenth / 10 for tenth in range(1, 11)), 1.2, 1.4)
"""How far the start is when the signal comes: seconds of processor time."""


@contextmanager
def camera(graph, source, env=None, program=("-m", "deeplens_camera.node"), **params):
    settings = [f"{name}:={value}" for name, value in {"source": source, **params}.items()]
    python = [] if program == [PROGRAM] else [sys.executable]
    command = [*python, *program, "--ros-args", "-r", "__ns:=/deeplens1"]
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
    [
        ("/no/such/film.webm", "error: parameter source: /no/such/film.webm: not found"),
        ("HERE/broken.webm", "is no video"),
        pytest.param(
            "rtsp://admin:pa/ss@192.0.2.1/s",
            "HOST[:PORT]/PATH; in a user name",
            marks=pytest.mark.fault,
        ),
        pytest.param("http://192.0.2.1:x/y?pwd=pa", "http://...: expected http://HOST", marks=pytest.mark.fault),
        pytest.param("x" * 300, "File name too long", marks=pytest.mark.fault),
        pytest.param("HERE/fifo.jpg", "fifo.jpg: is no file", marks=pytest.mark.fault),
        pytest.param("HERE/loop.webm", "Too many levels of symbolic links", marks=pytest.mark.fault),
        pytest.param("HERE/sparse.jpg", "sparse.jpg: none of the photos can be read", marks=pytest.mark.fault),
    ],
)
def test_a_wrong_source_is_one_line_and_status_2(graph, source, message, tmp_path):
    (tmp_path / "broken.webm").write_bytes(b"no film")
    os.mkfifo(tmp_path / "fifo.jpg")
    (tmp_path / "loop.webm").symlink_to(tmp_path / "loop.webm")
    with (tmp_path / "sparse.jpg").open("wb") as sparse:
        sparse.truncate(6 << 30)
    source = source.replace("HERE", str(tmp_path))
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


@pytest.mark.fault
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_of_the_start_ends_it_quietly(graph, number):
    graph.probe().create_subscription(CompressedImage, "image_raw/compressed", lambda _: None, IMAGE_QOS)
    words = [PROGRAM, "--ros-args", "-p", "source:=synthetic", "-r", "__ns:=/deeplens1"]
    for spent_s in MOMENTS_S:
        with ProgramUnderTest(words, graph.env) as program:
            process = psutil.Process(program.process.pid)
            wait_until(lambda p=process, s=spent_s: sum(p.cpu_times()[:2]) >= s or program.error_lines, "its beginning")
            assert (program.end(number), spent_s) == (0, spent_s), program.errors
        assert all("running: frames come" in line for line in program.error_lines), program.errors


@pytest.mark.fault
def test_a_signal_amid_its_publishing_ends_it_quietly(graph):
    """Small pictures at a high rate, on all topics: the signal comes while one is being published."""
    heard, rng = [], random.Random(5)
    probe = graph.probe()
    probe.create_subscription(CompressedImage, "image_raw/compressed", heard.append, IMAGE_QOS)
    probe.create_subscription(Image, "image_raw", heard.append, IMAGE_QOS)
    probe.create_subscription(CameraInfo, "camera_info", heard.append, IMAGE_QOS)
    for _ in range(8):
        heard.clear()
        wanted = rng.randrange(1, 60)
        with camera(graph, "synthetic", program=[PROGRAM], width=64, height=48, fps=120.0) as program:
            graph.spin_until(lambda wanted=wanted: len(heard) >= wanted, what="pictures")
            assert program.end(signal.SIGINT) == 0, program.errors
        assert all("running: frames come" in line for line in program.error_lines), program.errors


@pytest.mark.fault
def test_the_unexpected_end_of_the_capture_thread_is_told_and_ends_the_process(graph, tmp_path):
    statuses = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    file = tmp_path / "file"
    with camera(graph, "synthetic", env={"BREAKS_WHEN": str(file)}, program=("-c", BREAKING)) as program:
        graph.spin_until(lambda: statuses, what="the start")
        file.touch()
        graph.spin_until(lambda: statuses[-1].status[0].level == b"\2", what="the error")
        assert statuses[-1].status[0].message == "failed: unexpected LookupError"
        assert program.wait() == 1
    assert "a mistake that nobody foresaw" in program.errors


@pytest.mark.fault
@pytest.mark.parametrize(
    "source",
    [
        "http://admin:hunter2@127.0.0.1:9/x?pwd=hunter2",
        "rtsp://admin:hunter2@127.0.0.1:9/x",
        "https://127.0.0.1:9/?hunter2",
    ],
)
def test_no_debugging_aid_of_the_libraries_tells_the_password(graph, source):
    statuses = []
    graph.probe().create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    aids = {"OPENCV_LOG_LEVEL": "DEBUG", "OPENCV_VIDEOIO_DEBUG": "1", "OPENCV_FFMPEG_DEBUG": "1"}
    aids["OPENCV_FFMPEG_LOGLEVEL"] = "56"
    with camera(graph, source, env=aids) as program:
        graph.spin_until(lambda: any("can't be" in each.status[0].message for each in statuses), what="the failure")
        assert program.end() == 0
    assert "hunter2" not in program.errors + "".join(program.lines) and "Traceback" not in program.errors


@pytest.mark.fault
@pytest.mark.parametrize("offset_s", [-3600, 3600])
def test_a_clock_that_is_set_changes_the_stamps_and_nothing_else(graph, tmp_path, offset_s):
    clock = ProgramClock(tmp_path)
    heard, statuses = [], []
    probe = graph.probe()
    probe.create_subscription(CompressedImage, "image_raw/compressed", heard.append, IMAGE_QOS)
    probe.create_subscription(DiagnosticArray, "/diagnostics", statuses.append, 10)
    with camera(graph, "synthetic", env=clock.env, width=64, height=48) as program:
        graph.spin_until(lambda: len(heard) >= 30 and statuses, what="pictures")
        before_s = ns_to_seconds(stamp_to_ns(heard[-1].header.stamp))
        clock.set(offset_s)
        heard.clear()
        statuses.clear()
        graph.spin_until(lambda: len(heard) >= 90 and len(statuses) >= 3, what="pictures and figures go on")
        assert ns_to_seconds(stamp_to_ns(heard[-1].header.stamp)) - before_s == pytest.approx(offset_s, abs=60)
        assert statuses[-1].status[0].level == b"\0" and int(figures(statuses)["reconnects"]) == 0
        assert program.end() in clock.ends
    assert len(program.error_lines) == 1
