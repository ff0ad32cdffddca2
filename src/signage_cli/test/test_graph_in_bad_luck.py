"""The whole graph as ``./signage up`` starts it, when what it needs is lost, or its user's environment is odd."""

import re
import shutil
import signal
import stat
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from signage_common.home import signage_home
from signage_common.process_testing import PATIENCE_S, wait_until
from signage_common.ros_topics import AD_QOS
from signage_msgs.msg import AdSelection

pytestmark = [pytest.mark.graph, pytest.mark.fault]
NODES = {"camera", "face_inference", "ad_selector", "journal", "signage_bridge"}


@pytest.fixture
def ready_up(start_up):
    """Start ``./signage up`` and wait until every node is there and the page answers."""

    def ready(*words, **more):
        up = start_up(*words, **more)
        wait_until(lambda: set(up.nodes()) == NODES and up.answers(), "all nodes")
        up.wait_for(r"camera\]: .*frames come")
        up.wait_for(r"signage_bridge\]: rosbridge at")  # it listens before it stands
        return up

    return ready


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The folder that run folders lie in."""
    (tmp_path / "runtime").mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    return tmp_path / "runtime" / "signage"


class Errors:
    """What /diagnostics says is wrong."""

    def __init__(self, graph):
        self.texts = []
        graph.probe().create_subscription(DiagnosticArray, "/diagnostics", self._take, 10)

    def _take(self, message):
        self.texts += [f"{status.name}: {status.message}" for status in message.status if status.level == b"\x02"]

    def tell(self, *words):
        return any(all(word in text for word in words) for text in self.texts)


def test_what_a_node_needs_is_lost_before_it_is_killed_and_comes_back_later(runs, ready_up, graph, film, tmp_path):
    copy, media = tmp_path / "film.mp4", tmp_path / "media"
    shutil.copy(film, copy)
    shutil.copytree(signage_home() / "media", media)
    catalogue = (media / "ads.yaml").read_text()
    up = ready_up(f"catalog:={media / 'ads.yaml'}", source=str(copy))
    errors, ads = Errors(graph), []
    graph.probe().create_subscription(AdSelection, "ad", ads.append, AD_QOS)
    copy.rename(tmp_path / "away.mp4")
    (media / "ads.yaml").write_text("version: [")
    shutil.rmtree(runs)
    others = {name: process for name, process in up.nodes().items() if name in ("face_inference", "ad_selector")}
    for name in ("camera", "signage_bridge"):
        up.nodes()[name].send_signal(signal.SIGKILL)
    graph.spin_until(lambda: errors.tell("camera", "film.mp4"), what="the camera's reason")
    graph.spin_until(lambda: errors.tell("signage_bridge", "can't start", "ads.yaml"), what="the bridge's reason")
    up.wait_for(r"\[(camera-1|signage_bridge-5)\]: starting again in 2\.0 s", 2)
    assert up.process.poll() is None and all(process.is_running() for process in others.values())
    assert {name: up.nodes()[name].pid for name in others} == {name: each.pid for name, each in others.items()}
    (tmp_path / "away.mp4").rename(copy)
    (media / "ads.yaml").write_text(catalogue)
    graph.spin_until(lambda: set(up.nodes()) == NODES and up.answers(), what="all nodes again")
    count = len(ads)
    graph.spin_until(lambda: len(ads) > count, what="the next decision")
    assert up.end(signal.SIGINT) == 0 and up.errors == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay_s", [0.0, 0.2, 0.5, 1.0, 2.0])
def test_a_signal_at_any_moment_of_the_start_is_answered_without_a_traceback(start_up, number, delay_s, tmp_path):
    up = start_up(XDG_STATE_HOME=str(tmp_path))
    log = signage_home() / "log" / "up.log"
    before = log.stat().st_size if log.exists() else 0
    wait_until(lambda: up.nodes(), "the first node")
    time.sleep(delay_s)  # the moment that is tried, not a wait
    assert up.end(number) == 0 and up.errors == ""
    with log.open() as file:
        file.seek(before if log.stat().st_size >= before else 0)
        assert "Traceback" not in file.read()


def test_any_free_ports_are_announced_as_they_are(start, film):
    up = start("up", f"source:={film}", "http_port:=0", "rosbridge_port:=0")
    address = up.wait_for(r"the sign will be at (http://\S+/)")[0][1]
    up.wait_for(rf"page .* at {address}$")

    def page():
        try:
            return urllib.request.urlopen(address, timeout=5).status == 200
        except OSError:
            return False

    wait_until(page, "the page")


def test_a_parameter_that_no_node_has_is_named_and_the_rest_acts(start, film, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("/**/signage_bridge:\n  ros__parameters: {htp_port: 1, http_port: 0, rosbridge_port: 0}\n")
    up = start("up", f"source:={film}", f"params_file:={file}")
    up.wait_for(r"\[WARNING\] \[launch\]: node signage_bridge has no parameter htp_port, .*; did you mean http_port\?")
    up.wait_for(r"signage_bridge\]: rosbridge at")


def test_an_environment_in_which_ros_makes_no_node_is_one_line_and_status_2(start_up):
    up = start_up(source="synthetic", ROS_STATIC_PEERS="a;;b")
    assert up.wait() == 2 and up.lines == []
    assert re.fullmatch(r"error: ROS 2 can't work with ROS_STATIC_PEERS: .*\n", up.errors)


@pytest.mark.parametrize("home", ["", "home"])
def test_nothing_but_the_log_is_written_and_that_is_private(ready_up, tmp_path, home):
    (tmp_path / "home").mkdir()
    up = ready_up(HOME=str(tmp_path / home) if home else "")
    files = [Path(file.path) for each in up.nodes().values() for file in each.open_files()]
    assert not [file for file in files if file.suffix == ".log"]
    assert up.end(signal.SIGINT) == 0
    assert list((tmp_path / "home").iterdir()) == []
    log = signage_home() / "log" / "up.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600 and stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_no_command_line_of_the_nodes_and_no_line_tells_a_password(runs, start_up):
    up = start_up(source="rtsp://admin:sec%40ret@127.0.0.1:1/stream?key=secret")
    wait_until(lambda: set(up.nodes()) == NODES, "all nodes")
    nodes = up.nodes().values()
    assert not [word for node in nodes for word in node.cmdline() if "sec" in word.replace("--security", "")]
    (folder,) = runs.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    up.wait_for(r"camera")
    assert up.end(signal.SIGINT) == 0
    assert not folder.exists()
    assert not [line for line in (*up.lines, *up.error_lines) if "sec%40ret" in line or "secret" in line]


def test_what_a_killed_launch_left_is_gone_after_the_next_start(runs, ready_up, start_up):
    up = start_up(source="rtsp://admin:secret@127.0.0.1:1/stream")
    wait_until(lambda: set(up.nodes()) == NODES, "all nodes")
    nodes = list(up.nodes().values())
    up.end(signal.SIGKILL)
    assert not psutil.wait_procs(nodes, timeout=PATIENCE_S)[1]
    (left,) = runs.iterdir()
    ready_up()
    assert left not in runs.iterdir()
