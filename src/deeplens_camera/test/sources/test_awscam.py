"""The library ``awscam`` exists on the device only; here a module of that name stands in for it, and nothing else."""

import subprocess
import sys
import time

import numpy as np
import pytest
from deeplens_camera.errors import BrokenPictureError, SourceError
from deeplens_camera.source_address import SourceAddress, SourceKind
from deeplens_camera.sources.opening import check_source, open_source
from deeplens_camera.sources.source import SourceOptions
from sensor_msgs.msg import CompressedImage
from signage_common.errors import ConfigurationError
from signage_common.ros_testing import ros_graph
from signage_common.ros_topics import IMAGE_QOS

ADDRESS = SourceAddress(SourceKind.AWSCAM)
RUN = [sys.executable, "-c", "from deeplens_camera.node import main; main()", "--ros-args", "-p", "source:=awscam"]
START_S = 60.0
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
    import awscam

    yield awscam
    sys.modules.pop("awscam", None)


def test_frames_are_taken_as_they_come_at_the_usual_size(library):
    source = open_source(ADDRESS, SourceOptions(fps=100))
    assert source.rate_hz is None
    for number in (1, 2, 3):
        source.advance()
        image = source.picture().image_bgr
        assert image.shape == (720, 1280, 3)
        assert image[360, 640].tolist() == [10, 20, number]
    assert source.notices() == []
    source.close()


def test_another_size_is_left_to_who_asked_for_it(library):
    source = open_source(ADDRESS, SourceOptions(width_px=2688))
    source.advance()
    assert source.picture().image_bgr.shape == (1520, 2688, 3)


def test_no_frame_is_asked_for_before_its_time(library):
    source = open_source(ADDRESS, SourceOptions(fps=50))
    begin_s = time.monotonic()
    for _ in range(6):
        source.advance()
    assert time.monotonic() - begin_s >= 0.1
    assert library.calls == 6


@pytest.mark.parametrize("answer", [(False, None), (True, None), RuntimeError("no stream")])
def test_a_camera_that_gives_nothing_may_come_back(library, answer):
    source = open_source(ADDRESS, SourceOptions(fps=100))
    library.answer = answer
    with pytest.raises(SourceError, match=r"awscam gives no frame|awscam failed, no stream"):
        source.advance()
    library.answer = None
    source.advance()
    assert source.picture().image_bgr.shape == (720, 1280, 3)


@pytest.mark.parametrize("frame", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3))])
def test_a_frame_that_is_no_picture_is_dropped(library, frame):
    source = open_source(ADDRESS, SourceOptions(fps=100))
    library.answer = (True, frame)
    source.advance()
    with pytest.raises(BrokenPictureError, match="expected a BGR picture"):
        source.picture()


def test_elsewhere_the_source_is_a_wrong_configuration():
    with pytest.raises(ConfigurationError, match="parameter source: awscam: exists only on an AWS DeepLens"):
        check_source(ADDRESS, SourceOptions())


@pytest.mark.graph
def test_elsewhere_the_node_ends_with_one_line_and_status_2():
    with ros_graph() as graph:
        result = subprocess.run(RUN, env=graph.env, capture_output=True, text=True, timeout=START_S)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "exists only on an AWS DeepLens" in result.stderr


@pytest.mark.graph
def test_the_node_publishes_what_the_library_gives(library, tmp_path):
    with ros_graph() as graph:
        probe, received = graph.probe(), []
        probe.create_subscription(CompressedImage, "image_raw/compressed", received.append, IMAGE_QOS)
        env = {**graph.env, "PYTHONPATH": f"{tmp_path}:{graph.env['PYTHONPATH']}"}
        process = subprocess.Popen([*RUN, "-r", "__ns:=/deeplens1"], env=env)
        try:
            graph.spin_until(lambda: len(received) >= 3, START_S, "three images")
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0
