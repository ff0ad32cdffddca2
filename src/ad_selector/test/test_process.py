"""The node as a process: signals and wrong configuration."""

import signal
import subprocess
import sys

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from signage_common.ros_testing import ros_graph
from signage_msgs.msg import AdSelection

from signage_common import ros_topics

pytestmark = pytest.mark.graph

COMMAND = [sys.executable, "-c", "from ad_selector.node import main; main()", "--ros-args"]
CATALOGUE = "version: 1\nfallback: [house]\ncreatives:\n  house: {file: house.webm, duration_s: 10}\n"


@pytest.fixture
def catalogue(catalogue_folder):
    (catalogue_folder / "ads.yaml").write_text(CATALOGUE)
    (catalogue_folder / "cut.webm").write_bytes((catalogue_folder / "a.webm").read_bytes()[:300])
    return catalogue_folder / "ads.yaml"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(catalogue, stop):
    with ros_graph() as graph:
        heard, healthy = [], []
        probe = graph.probe()
        probe.create_subscription(AdSelection, "ad", heard.append, ros_topics.AD_QOS)
        probe.create_subscription(DiagnosticArray, "/diagnostics", healthy.append, 10)
        command = [*COMMAND, "-r", "__ns:=/deeplens1", "-p", f"catalog:={catalogue}"]
        with subprocess.Popen(command, env=graph.env, stderr=subprocess.PIPE, text=True) as process:
            try:
                graph.spin_until(lambda: heard and healthy, timeout_s=30, what="house playlist and health")
                process.send_signal(stop)
                _, errors = process.communicate(timeout=10)
            finally:
                process.kill()
        assert process.returncode == 0 and "Traceback" not in errors and heard[0].device == "deeplens1"


@pytest.mark.parametrize(
    ("text", "params", "line"),
    [
        (None, [], "none.yaml: expected a catalogue in YAML, got: No such file or directory"),
        (CATALOGUE.replace("house.webm", "gone.webm"), [], "ads.yaml:4: creatives.house.file: expected a file, found"),
        (
            CATALOGUE.replace("[house]", "[]").replace("1", "2", 1),
            [],
            "ads.yaml:1: version: expected 1, got 2 (and 1 more, the next on line 2)",
        ),
        (
            CATALOGUE.replace("house.webm, duration_s: 10", "cut.webm"),
            [],
            "ads.yaml:4: creatives.house.duration_s: expected this field, because",
        ),
        (CATALOGUE, ["-p", "vanish_s:=0.0"], "parameter vanish_s of /ad_selector"),
        (CATALOGUE, ["-p", "on_stay:=often"], "parameter on_stay: expected one of once, next, got 'often'"),
        (CATALOGUE, ["-p", "policy:=3"], "parameter policy of /ad_selector"),
    ],
)
def test_a_wrong_configuration_is_one_line_and_status_2(catalogue, text, params, line):
    path = catalogue if text is not None else catalogue.with_name("none.yaml")
    if text is not None:
        catalogue.write_text(text)
    with ros_graph() as graph:
        command = [*COMMAND, "-p", f"catalog:={path}", *params]
        done = subprocess.run(command, env=graph.env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("error: ") and line in done.stderr
