"""The same graph under ROS 2's own launch."""

import importlib.util
import os
import re
import signal

import psutil
import pytest

if importlib.util.find_spec("launch_pytest") is None:
    pytest.skip("launch_pytest is not installed: needs a sourced ROS 2", allow_module_level=True)

import launch_pytest
from launch import LaunchDescription
from launch.actions import IncludeLaunchDescription, SetEnvironmentVariable
from launch.launch_description_sources import AnyLaunchDescriptionSource
from signage_common.home import signage_home
from signage_common.process_testing import free_ports
from signage_common.ros_topics import AD_QOS, FACES_QOS
from signage_launch.graph import launch_file
from signage_msgs.msg import AdSelection, FaceArray

pytestmark = [pytest.mark.graph, pytest.mark.filterwarnings("ignore")]
NODES = {"camera", "face_inference", "ad_selector", "journal", "signage_bridge"}
PATIENCE_S = 40.0


def nodes():
    """Return the processes of the nodes that run below this one."""
    found = {}
    for child in psutil.Process().children(recursive=True):
        match = re.search(r"/lib/(\w+)/(\w+) --ros-args", " ".join(child.cmdline()))
        if match:
            found[match[2]] = child
    return found


@pytest.fixture
def environment():
    """Put back what launch sets in this process's own environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@launch_pytest.fixture
def signage(environment, graph):
    film = signage_home() / "film" / "demo.mp4"
    if not film.exists():
        pytest.skip(f"{film} is missing; `./signage setup` makes it")
    http_port, rosbridge_port = free_ports(2)
    given = {"source": film, "http_port": http_port, "rosbridge_port": rosbridge_port}
    return LaunchDescription(
        [
            SetEnvironmentVariable("ROS_DOMAIN_ID", str(graph.domain_id)),
            IncludeLaunchDescription(
                AnyLaunchDescriptionSource(str(launch_file())),
                launch_arguments=[(name, str(value)) for name, value in given.items()],
            ),
            launch_pytest.actions.ReadyToTest(),
        ]
    )


@pytest.mark.launch(fixture=signage)
def test_the_graph_runs_a_killed_node_comes_back_and_shutdown_leaves_nothing(graph):
    faces, ads = [], []
    probe = graph.probe()
    probe.create_subscription(FaceArray, "faces", faces.append, FACES_QOS)
    probe.create_subscription(AdSelection, "ad", ads.append, AD_QOS)
    graph.spin_until(lambda: faces and ads, PATIENCE_S, "the first faces and ad")
    first = nodes()
    assert set(first) == NODES
    first["face_inference"].send_signal(signal.SIGKILL)
    count = len(faces)
    graph.spin_until(lambda: len(faces) > count + 10, PATIENCE_S, "faces from a new face_inference")
    graph.spin_until(lambda: set(nodes()) == NODES, PATIENCE_S, "all nodes")
    last = nodes()
    assert last["face_inference"].pid != first["face_inference"].pid
    yield
    assert not psutil.wait_procs(last.values(), timeout=PATIENCE_S)[1]
