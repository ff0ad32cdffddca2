"""The node as a process: how it starts, works beside others, and ends."""

import array
import itertools
import re
import signal
import subprocess
import sys
from contextlib import contextmanager

import cv2
import psutil
import pytest
from sensor_msgs.msg import CompressedImage
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import FACES_QOS, IMAGE_QOS, ns_to_stamp, stamp_to_ns
from signage_msgs.msg import FaceArray

pytestmark = pytest.mark.graph
RUN = [sys.executable, "-c", "from face_inference.node import main; main()", "--ros-args"]
START_S = 60.0


@contextmanager
def running(graph, models_dir, *arguments):
    command = [*RUN, "-r", "__ns:=/deeplens1", "-p", f"models_dir:={models_dir}", *arguments]
    process = subprocess.Popen(command, env=graph.env, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def graph():
    with ros_graph() as graph:
        yield graph


@pytest.fixture
def camera(graph, portrait):
    """Publishes a photo 30 times a second; collects the answers in ``faces``."""
    node = graph.probe()
    node.faces = []
    data = cv2.imencode(".jpg", portrait(), [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
    message = CompressedImage(format="jpeg", data=array.array("B", data))
    publisher = node.create_publisher(CompressedImage, "image_raw/compressed", IMAGE_QOS)
    node.create_subscription(FaceArray, "faces", node.faces.append, FACES_QOS)

    def publish():
        message.header.stamp = ns_to_stamp(node.get_clock().now().nanoseconds)
        publisher.publish(message)

    node.create_timer(1 / 30, publish)
    return node


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_well_amid_its_work(graph, camera, models_dir, signal_number):
    with running(graph, models_dir) as process:
        graph.spin_until(lambda: camera.faces, START_S, "the first faces")
        process.send_signal(signal_number)
        graph.spin_until(lambda: process.poll() is not None, 10.0, "the end of the process")
        errors = process.stderr.read()
        assert process.returncode == 0, errors
        assert "Traceback" not in errors


def test_ten_images_a_second_are_analysed_and_all_are_accounted_for(graph, camera, models_dir):
    with running(graph, models_dir):
        graph.spin_until(lambda: camera.faces, START_S, "the first faces")
        camera.faces.clear()
        graph.spin_until(lambda: len(camera.faces) >= 50, what="fifty answers")
    stamps_s = [stamp_to_ns(message.header.stamp) / 1e9 for message in camera.faces]
    gaps = [later - earlier for earlier, later in itertools.pairwise(stamps_s)]
    assert sum(gaps) / len(gaps) > 0.098
    dropped = sum(message.frames_dropped for message in camera.faces[1:])
    assert dropped + len(gaps) == pytest.approx(30 * sum(gaps), rel=0.2)
    assert {face.track_id for message in camera.faces for face in message.faces} == {1}


def test_the_memory_stays_in_bounds(graph, camera, models_dir):
    with running(graph, models_dir) as process:
        graph.spin_until(lambda: len(camera.faces) >= 20, START_S, "twenty answers")
        assert psutil.Process(process.pid).memory_info().rss < 450e6


def test_the_debug_log_tells_the_times_of_each_image(graph, camera, models_dir):
    with running(graph, models_dir, "--log-level", "deeplens1.face_inference:=debug") as process:
        graph.spin_until(lambda: len(camera.faces) >= 3, START_S, "three answers")
        process.send_signal(signal.SIGINT)
        graph.spin_until(lambda: process.poll() is not None, 10.0, "the end of the process")
        lines = [line for line in process.stderr.read().splitlines() if " fetch " in line]
    times = re.compile(r"fetch [\d.]+ ms, detect [\d.]+ ms, classify [\d.]+ ms, faces \d+, dropped \d+$")
    assert lines and all(times.search(line) for line in lines)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-p", "models_dir:=/nowhere"], "./signage setup"),
        (["-p", "detector:=nonsense"], "nonsense"),
        (["-p", "detect_rate_hz:=0.0"], "detect_rate_hz"),
        (["-p", "transport:=pigeon"], "pigeon"),
    ],
)
def test_a_wrong_start_is_one_line_and_status_2(graph, arguments, expected):
    result = subprocess.run([*RUN, *arguments], env=graph.env, capture_output=True, text=True, timeout=START_S)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert expected in result.stderr
