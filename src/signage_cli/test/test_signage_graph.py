"""The whole graph as ``./signage up`` starts it, with its real nodes."""

import signal
import socket
import time

import psutil
import pytest
from signage_common.home import signage_home
from signage_common.process_testing import PATIENCE_S, wait_until
from signage_common.ros_topics import AD_QOS, FACES_QOS
from signage_msgs.msg import AdSelection, FaceArray

pytestmark = pytest.mark.graph
NODES = {"camera", "face_inference", "ad_selector", "journal", "signage_bridge"}


class Heard:
    """What comes on the topics of the device."""

    def __init__(self, graph):
        probe = graph.probe()
        self.faces, self.ads = [], []
        probe.create_subscription(FaceArray, "faces", self.faces.append, FACES_QOS)
        probe.create_subscription(AdSelection, "ad", self.ads.append, AD_QOS)


def gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    return not alive


def test_a_node_that_is_killed_is_started_again_and_the_graph_goes_on(start_up, graph):
    up = start_up()
    heard = Heard(graph)
    graph.spin_until(lambda: heard.faces and heard.ads and up.answers(), what="the first faces and ad")
    for name in sorted(NODES):
        before = up.nodes()[name]
        faces, ads = len(heard.faces), len(heard.ads)
        before.send_signal(signal.SIGKILL)
        gone([before])
        graph.spin_until(
            lambda name=name, before=before: up.nodes().get(name, before).pid != before.pid, what=f"a new {name}"
        )
        if name == "ad_selector":  # it says the fallback at its start
            graph.spin_until(lambda ads=ads: len(heard.ads) > ads, what="an ad")
        graph.spin_until(lambda faces=faces: len(heard.faces) > faces + 5, what=f"faces after {name}")
        graph.spin_until(up.answers, what="the page")
    assert set(up.nodes()) == NODES and up.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("pause_s", [None, pytest.param(0.01, marks=pytest.mark.fault)])
def test_a_signal_ends_every_process_with_status_0(start_up, number, pause_s):
    up = start_up()
    wait_until(lambda: set(up.nodes()) == NODES and up.answers(), "all nodes")
    nodes = list(up.nodes().values())
    while pause_s and up.process.poll() is None:  # again and again
        up.process.send_signal(number)
        time.sleep(pause_s)
    assert up.end(number) == 0
    assert gone(nodes) and up.errors == ""


def test_a_signal_during_the_start_ends_every_process_too(start_up):
    up = start_up()
    wait_until(lambda: up.nodes(), "the first node")
    assert up.end(signal.SIGINT) == 0
    assert up.errors == ""


def test_killing_the_runner_leaves_no_node_behind(start_up):
    up = start_up()
    wait_until(lambda: set(up.nodes()) == NODES, "all nodes")
    nodes = list(up.nodes().values())
    up.end(signal.SIGKILL)
    assert gone(nodes)


def test_a_port_in_use_is_one_line_and_status_2_and_nothing_is_started(start_up):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        up = start_up(f"http_port:={port}", source="synthetic")
        assert up.wait() == 2
    assert up.errors == f"error: port {port} on 127.0.0.1 is in use; choose another with http_port:=NUMBER\n"
    assert up.lines == []


def test_missing_models_or_page_are_one_line_that_names_the_command_that_makes_them(start_up, tmp_path):
    catalogue = signage_home() / "media" / "ads.yaml"
    if not catalogue.exists():
        pytest.skip(f"{catalogue} is missing; `./signage setup` makes it")
    up = start_up(f"catalog:={catalogue}", source="synthetic", SIGNAGE_HOME=str(tmp_path / "empty"))
    assert up.wait() == 2
    assert up.errors.startswith("error: ") and up.errors.count("\n") == 1
    assert "./signage setup" in up.errors and up.lines == []


def test_bad_configuration_that_only_a_node_can_see_ends_the_launch_with_its_one_line_and_status_2(start_up):
    up = start_up("detector:=no-such-detector")
    assert up.wait() == 2
    assert up.errors.startswith("error: ") and up.errors.count("\n") == 1
    assert "no-such-detector" in up.errors
