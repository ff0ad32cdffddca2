"""The node as a process: how it starts, works with each backend and model, and ends."""

import itertools
import re
import signal
import sys
from pathlib import Path

import psutil
import pytest
from face_inference.networks.backends import BACKENDS
from probe_camera import Camera, jpeg
from signage_common.process_testing import ProgramUnderTest, wait_until
from signage_common.ros_topics import stamp_to_ns
from signage_msgs.msg import Demographics

pytestmark = pytest.mark.graph
RUN = [sys.executable, "-c", "from face_inference.node import main; main()", "--ros-args"]


def run_node(graph, params, *arguments):
    """Start the node in the graph with parameters and further arguments."""
    words = [word for name, value in params.items() for word in ("-p", f"{name}:={value}")]
    return ProgramUnderTest([*RUN, "-r", "__ns:=/deeplens1", *words, *arguments], graph.env)


def start_wrongly(graph, params):
    """Start the node with wrong parameters; return the one line that it ends with."""
    with run_node(graph, params) as program:
        assert program.wait() == 2
    (line,) = program.error_lines
    return line


@pytest.fixture
def camera(graph, portrait):
    """Shows a portrait 30 times a second."""
    camera = Camera(graph)
    camera.keep_publishing(jpeg(portrait()))
    return camera


def wait_for_a_woman(graph, camera):
    def is_known():
        return camera.faces and any(face.fused.gender == Demographics.GENDER_FEMALE for face in camera.faces[-1].faces)

    graph.spin_until(is_known, what="a woman among the faces")


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_well_amid_its_work(graph, camera, models_dir, signal_number):
    with run_node(graph, {"models_dir": models_dir}) as program:
        graph.spin_until(lambda: camera.faces, what="the first faces")
        assert program.end(signal_number) == 0, program.errors
        assert "Traceback" not in program.errors


PROGRAM = Path(__file__).parents[1] / "scripts" / "face_inference"
MOMENTS_S = (0.03, *(tenth / 10 for tenth in range(1, 11)), 1.2, 1.4)
"""How far the start is when the signal comes: seconds of processor time."""


@pytest.mark.fault
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("backend", ["mxnet", "onnxruntime"])
def test_a_signal_at_any_moment_of_the_start_ends_it_quietly(graph, models_dir, backend, signal_number):
    words = [PROGRAM, "--ros-args", "-p", f"models_dir:={models_dir}", "-p", f"backend:={backend}"]
    for spent_s in MOMENTS_S:
        with ProgramUnderTest(words, graph.env) as program:
            process = psutil.Process(program.process.pid)
            wait_until(lambda p=process, s=spent_s: sum(p.cpu_times()[:2]) >= s or program.error_lines, "its beginning")
            assert (program.end(signal_number), spent_s) == (0, spent_s), program.errors
        assert all("finding faces" in line for line in program.error_lines), spent_s


def test_ten_images_a_second_are_analysed_and_all_are_accounted_for(graph, camera, models_dir):
    with run_node(graph, {"models_dir": models_dir}):
        graph.spin_until(lambda: camera.faces, what="the first faces")
        camera.faces.clear()
        graph.spin_until(lambda: len(camera.faces) >= 50, what="fifty answers")
    stamps_s = [stamp_to_ns(message.header.stamp) / 1e9 for message in camera.faces]
    gaps = [later - earlier for earlier, later in itertools.pairwise(stamps_s)]
    assert sum(gaps) / len(gaps) > 0.098
    dropped = sum(message.frames_dropped for message in camera.faces[1:])
    assert dropped + len(gaps) == pytest.approx(30 * sum(gaps), rel=0.2)
    assert {face.track_id for message in camera.faces for face in message.faces} == {1}


def test_the_memory_stays_in_bounds(graph, camera, models_dir):
    with run_node(graph, {"models_dir": models_dir}) as program:
        graph.spin_until(lambda: len(camera.faces) >= 20, what="twenty answers")
        assert psutil.Process(program.process.pid).memory_info().rss < 450e6


def test_the_debug_log_tells_the_times_of_each_image(graph, camera, models_dir):
    debug = ("--log-level", "deeplens1.face_inference:=debug")
    with run_node(graph, {"models_dir": models_dir}, *debug) as program:
        graph.spin_until(lambda: len(camera.faces) >= 3, what="three answers")
        program.end(signal.SIGINT)
    lines = [line for line in program.error_lines if " fetch " in line]
    times = re.compile(r"fetch [\d.]+ ms, detect [\d.]+ ms, classify [\d.]+ ms, faces \d+, dropped \d+$")
    assert lines and all(times.search(line) for line in lines)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_the_node_works_with_each_backend(graph, camera, models_dir, backend, threads):
    with run_node(graph, {"models_dir": models_dir, "backend": backend, "threads": threads}) as program:
        wait_for_a_woman(graph, camera)
        assert program.end() == 0


def test_the_node_works_with_a_foreign_model(graph, camera, models_dir, tmp_path):
    from foreign_ssd import save_example  # imports MXNet's Python package

    prefix = save_example(models_dir, tmp_path / "deeplens-face-detection")
    params = {"models_dir": models_dir, "detector": "mxnet-ssd", "model": prefix}
    with run_node(graph, {**params, "model_width": 512, "model_height": 288}) as program:
        wait_for_a_woman(graph, camera)
        assert program.end() == 0


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"models_dir": "/nowhere"}, "./signage setup"),
        ({"detector": "nonsense"}, "nonsense"),
        ({"detect_rate_hz": 0.0}, "detect_rate_hz"),
        ({"transport": "pigeon"}, "pigeon"),
        ({"backend": "abacus"}, "abacus"),
        ({"threads": 0}, "threads"),
        ({"backend": "onnxruntime", "models_dir": "/nowhere"}, "./signage setup"),
        ({"backend": "opencv", "models_dir": "/nowhere"}, "./signage setup"),
    ],
)
def test_a_wrong_start_is_one_line_and_status_2(graph, params, expected):
    assert expected in start_wrongly(graph, params)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "model: expected the PREFIX"),
        ({"model": "/no/such"}, "/no/such-symbol.json: no such file"),
        ({"model": "/no/such", "model_mean": "grey"}, "model_mean"),
        ({"model": "/no/such", "model_channels": "grey"}, "channels"),
    ],
)
def test_a_wrong_foreign_model_is_one_line_and_status_2(graph, models_dir, params, expected):
    assert expected in start_wrongly(graph, {"models_dir": models_dir, "detector": "mxnet-ssd", **params})
