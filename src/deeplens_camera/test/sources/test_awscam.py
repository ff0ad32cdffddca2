"""The library ``awscam`` exists on the device only; here a module of that name stands in for it, and nothing else."""

import importlib
import sys

import numpy as np
import pytest
from deeplens_camera.errors import BrokenFrameError, SourceError
from deeplens_camera.params import CameraParams
from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources import awscam
from deeplens_camera.sources.opening import check_source, open_source
from sensor_msgs.msg import CompressedImage
from signage_common.errors import ConfigurationError
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_topics import IMAGE_QOS

ADDRESS = SourceAddress(SourceKind.AWSCAM)
RUN = [sys.executable, "-c", "from deeplens_camera.node import main; main()", "--ros-args", "-p", "source:=awscam"]
DOUBLE = """
import numpy as np
calls = 0
answer = None

def getLastFrame():
    global calls
    calls += 1
    if isinstance(answer, Exception):
        raise answer
    if answer is not None:
        return answer
    return True, np.full((1520, 2688, 3), (10, 20, calls % 200), np.uint8)
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """The double, imported as the real one would be."""
    (tmp_path / "awscam.py").write_text(DOUBLE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "awscam", raising=False)
    yield importlib.import_module("awscam")
    sys.modules.pop("awscam", None)


def test_frames_are_taken_as_they_come_at_the_usual_size(library):
    source = open_source(ADDRESS, CameraParams(fps=100))
    assert source.rate_hz is None
    for number in (1, 2, 3):
        source.advance()
        image = source.frame().image_bgr
        assert image.shape == (720, 1280, 3)
        assert image[360, 640].tolist() == [10, 20, number]
    assert source.notices() == []
    source.close()


def test_another_size_is_left_to_who_asked_for_it(library):
    source = open_source(ADDRESS, CameraParams(width=2688))
    source.advance()
    assert source.frame().image_bgr.shape == (1520, 2688, 3)


class Time:
    """A clock that stands still but for the waits, which it remembers."""

    def __init__(self):
        self.now_s, self.waits_s = 100.0, []

    def monotonic(self):
        return self.now_s

    def sleep(self, seconds):
        self.waits_s.append(seconds)
        self.now_s += seconds


def test_no_frame_is_asked_for_before_its_time(library, monkeypatch):
    time = Time()
    monkeypatch.setattr(awscam, "time", time)
    source = open_source(ADDRESS, CameraParams(fps=50))
    for _ in range(6):
        source.advance()
    assert time.waits_s == pytest.approx([0.0] + [0.02] * 5)
    assert library.calls == 6


@pytest.mark.parametrize("answer", [(False, None), (True, None), RuntimeError("no stream")])
def test_a_camera_that_gives_nothing_may_come_back(library, answer):
    source = open_source(ADDRESS, CameraParams(fps=100))
    library.answer = answer
    with pytest.raises(SourceError, match=r"awscam gives no frame|awscam failed, no stream"):
        source.advance()
    library.answer = None
    source.advance()
    assert source.frame().image_bgr.shape == (720, 1280, 3)


@pytest.mark.parametrize("frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3))])
def test_a_frame_that_is_no_picture_is_dropped(library, frame):
    source = open_source(ADDRESS, CameraParams(fps=100))
    library.answer = (True, frame)
    source.advance()
    with pytest.raises(BrokenFrameError, match="expected a BGR picture"):
        source.frame()


def test_elsewhere_the_source_is_a_wrong_configuration():
    with pytest.raises(ConfigurationError, match="parameter source: awscam: exists only on an AWS DeepLens"):
        check_source(ADDRESS, CameraParams())


@pytest.mark.graph
def test_elsewhere_the_node_ends_with_one_line_and_status_2(graph):
    with ProgramUnderTest(RUN, graph.env) as program:
        assert program.wait() == 2
    (line,) = program.error_lines
    assert "exists only on an AWS DeepLens" in line


@pytest.mark.graph
def test_the_node_publishes_what_the_library_gives(graph, library, tmp_path):
    probe, received = graph.probe(), []
    probe.create_subscription(CompressedImage, "image_raw/compressed", received.append, IMAGE_QOS)
    env = {**graph.env, "PYTHONPATH": f"{tmp_path}:{graph.env['PYTHONPATH']}"}
    with ProgramUnderTest([*RUN, "-r", "__ns:=/deeplens1"], env) as program:
        graph.spin_until(lambda: len(received) >= 3, what="three images")
        assert program.end() == 0
