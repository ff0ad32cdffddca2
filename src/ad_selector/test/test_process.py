"""The node as a process: signals and wrong configuration."""

import signal
import sys

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from signage_catalogue.testing import put_in_place
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_topics import AD_QOS
from signage_msgs.msg import AdSelection

pytestmark = pytest.mark.graph

COMMAND = [sys.executable, "-c", "from ad_selector.node import main; main()", "--ros-args"]
CATALOGUE = "version: 1\nfallback: [house]\ncreatives:\n  house: {file: house.webm, duration_s: 10}\n"


@pytest.fixture
def catalogue(catalogue_folder):
    (catalogue_folder / "ads.yaml").write_text(CATALOGUE)
    (catalogue_folder / "cut.webm").write_bytes((catalogue_folder / "a.webm").read_bytes()[:300])
    return catalogue_folder / "ads.yaml"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_status_0(graph, catalogue, stop):
    heard, healthy = [], []
    probe = graph.probe()
    probe.create_subscription(AdSelection, "ad", heard.append, AD_QOS)
    probe.create_subscription(DiagnosticArray, "/diagnostics", healthy.append, 10)
    command = [*COMMAND, "-r", "__ns:=/deeplens1", "-p", f"catalog:={catalogue}"]
    with ProgramUnderTest(command, graph.env) as program:
        graph.spin_until(lambda: heard and healthy, what="house playlist and health")
        assert program.end(stop) == 0
    assert "Traceback" not in program.errors and heard[0].device == "deeplens1"


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
            "ads.yaml:4: creatives.house.file: expected a whole film, got one that is cut off: ",
        ),
        (CATALOGUE, ["-p", "vanish_s:=0.0"], "parameter vanish_s of /ad_selector"),
        (CATALOGUE, ["-p", "on_stay:=often"], "parameter on_stay: expected one of once, next, got 'often'"),
        (CATALOGUE, ["-p", "policy:=3"], "parameter policy of /ad_selector"),
    ],
)
def test_a_wrong_configuration_is_one_line_and_status_2(graph, catalogue, text, params, line):
    path = catalogue if text is not None else catalogue.with_name("none.yaml")
    if text is not None:
        catalogue.write_text(text)
    with ProgramUnderTest([*COMMAND, "-p", f"catalog:={path}", *params], graph.env) as program:
        assert program.wait() == 2 and program.lines == []
    (error,) = program.error_lines
    assert error.startswith("error: ") and line in error


@pytest.mark.fault
@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "a: &a [*a]", "x" * (2 << 20), "\0", CATALOGUE + "\t: 1"],
    ids=["lists", "mappings", "dashes", "itself", "large", "nul", "tab"],
)
def test_a_hostile_catalogue_at_the_start_is_one_line_and_status_2(graph, catalogue, text):
    catalogue.write_text(text)
    check_one_line(graph, catalogue)


@pytest.mark.fault
@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "/dev/zero", "/dev/tty", "dangling"])
@pytest.mark.parametrize("name", ["ads.yaml", "house.webm"])
def test_what_lies_in_place_of_a_file_at_the_start_is_one_line_and_status_2(graph, catalogue, name, kind):
    path = catalogue.with_name(name)
    path.unlink()
    put_in_place(path, kind)
    check_one_line(graph, catalogue)


def check_one_line(graph, catalogue):
    with ProgramUnderTest([*COMMAND, "-p", f"catalog:={catalogue}"], graph.env) as program:
        assert program.wait() == 2 and program.lines == []
    (error,) = program.error_lines
    assert error.startswith(f"error: {catalogue}") and "expected" in error and len(error) < 1000
