"""``./signage record``: a bag of a running system, by our recorder or that of a sourced ROS 2."""

import json
import os
import signal
import sys

import pytest
from rclpy.serialization import deserialize_message
from signage_bags.bag_reader import open_bag
from signage_cli.verbs import record
from signage_common.errors import SignageError
from signage_common.process_testing import ProgramUnderTest
from signage_common.ros_topics import FACES_QOS
from signage_msgs.msg import FaceArray

RECORDER = """#!{python}
import json, signal, sys, time
from pathlib import Path
folder = Path(sys.argv[sys.argv.index("--output") + 1])
folder.mkdir()
(folder / "words").write_text(json.dumps(sys.argv[1:]))
print("recording", flush=True)
{end}
signal.sigwait([signal.SIGINT])
(folder / "ended").touch()
"""
"""In place of ``ros2``: it notes how it was called, and ends by SIGINT as ``ros2 bag record`` does."""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "{there}"], "argument -o: {there}: exists already; expected the name of a new folder"),
        (["-o", "{there}/no/bag"], "argument -o: {there}/no/bag: its folder does not exist"),
        (["--device", 300 * "a"], "argument --device: expected the name of a device"),
        (["--device", "my-sign"], "argument --device: expected the name of a device, such as deeplens1, got 'my-sign'"),
        (["--split-mb", "0"], "argument --split-mb: expected a whole number from 1 to 1,000,000, got '0'"),
        (["--split-minutes", "0"], "argument --split-minutes: expected a number of minutes above 0, at most 10,080"),
        (["--min-free-mb", "-1"], "argument --min-free-mb: expected a whole number from 0 to 1,000,000,000"),
        (["--min-free-mb", "1000000001"], "argument --min-free-mb: expected a whole number from 0 to 1,000,000,000"),
        (["--seconds", "0"], "argument --seconds: expected a number of seconds above 0, at most 31,536,000, got '0'"),
        (["--seconds", "1e9"], "argument --seconds: expected a number of seconds above 0, at most 31,536,000"),
        (["--device", "two\nlines"], r"argument --device: expected the name of a device"),
        (["-o", "no/two\nlines"], r"argument -o: no/two\nlines: its folder does not exist"),
        (["bag"], "unrecognized arguments: bag"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        record.main([word.format(there=tmp_path) for word in words])
    assert end.value.code == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"error: {message.format(there=tmp_path)}") and err.count("\n") == 1 and out == ""


@pytest.fixture
def start(graph, tmp_path, monkeypatch):
    """Start the verb in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    programs = []

    def start(*words, **env):
        command = [sys.executable, "-m", "signage_cli.verbs.record", "--min-free-mb", "0", *words]
        programs.append(ProgramUnderTest(command, {**graph.env, **env}))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


def show_faces(graph, program):
    """Publish faces until the recorder listens, and some more."""
    publisher = graph.probe("lobby").create_publisher(FaceArray, "faces", FACES_QOS)
    graph.spin_until(lambda: publisher.get_subscription_count() or program.process.poll(), what="the recorder")
    for _ in range(20):
        publisher.publish(FaceArray())


def holds_faces(folder):
    try:
        with open_bag(folder) as bag:
            return "/lobby/faces" in {each.topic for each in bag.channels}
    except SignageError:  # nothing yet
        return False


@pytest.mark.graph
def test_a_bag_is_recorded_until_a_signal(graph, start, tmp_path):
    program = start("--device", "lobby", "-o", "monday")
    show_faces(graph, program)
    graph.spin_until(lambda: holds_faces(tmp_path / "monday"), what="faces in the bag")
    assert program.end(signal.SIGTERM) == 0
    assert program.error_lines[0] == "recording the device lobby to monday"
    with open_bag(tmp_path / "monday") as bag:
        faces = list(bag.messages(["/lobby/faces"]))
        assert not bag.problem and deserialize_message(faces[0].data, FaceArray) == FaceArray()


@pytest.mark.graph
def test_a_bag_ends_by_itself_and_is_named_by_its_time(graph, start, tmp_path):
    program = start("--seconds", "1", "--device", "lobby", "--images")
    assert program.wait() == 0
    (folder,) = tmp_path.glob("recording-2*Z")
    assert f"recording the device lobby to {folder.name}" in program.error_lines
    assert "warning: this recording holds pictures of people" in program.error_lines
    assert sum(line.startswith(f"{folder.name}: ") for line in program.error_lines) == 1


@pytest.mark.graph
@pytest.mark.fault
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["--min-free-mb", "999999999"], 1, "must stay so"),
        (["-o", "there"], 2, "error: argument -o: there: exists already"),
        (["-o", "x" * 250], 1, "nothing can be written there: File name too long"),
    ],
)
def test_what_can_not_be_begun_leaves_nothing(start, tmp_path, words, status, message):
    (tmp_path / "there").mkdir()
    program = start(*words)
    assert program.wait() == status
    assert message in program.errors and len(program.error_lines) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.fixture
def sourced(tmp_path, graph):
    """The environment of a sourced ROS 2 whose ``ros2`` notes how it was called."""

    def make(end=""):
        for package in ("ros2bag", "rosbag2_py"):
            (tmp_path / "site" / package).mkdir(parents=True)
            (tmp_path / "site" / package / "__init__.py").touch()
        program = tmp_path / "bin" / "ros2"
        program.parent.mkdir()
        program.write_text(RECORDER.format(python=sys.executable, end=end))
        program.chmod(0o755)
        paths = {"PATH": tmp_path / "bin", "PYTHONPATH": tmp_path / "site"}
        before = {name: f"{path}{os.pathsep}{graph.env.get(name, '')}" for name, path in paths.items()}
        return {**before, "ROS_DISTRO": "kilted"}

    return make


def words_of(folder):
    return json.loads((folder / "words").read_text())


@pytest.mark.graph
class TestWhereRos2IsSourced:
    def test_its_own_recorder_records_the_same_topics(self, start, sourced, tmp_path):
        program = start("-o", "bag", "--split-minutes", "1.5", "--split-mb", "2", "--images", **sourced())
        program.wait_for("recording")
        assert program.end(signal.SIGTERM) == 0
        words = words_of(tmp_path / "bag")
        assert words[:6] == ["bag", "record", "--storage", "mcap", "--output", "bag"]
        topics = words[words.index("--topics") + 1 :]
        assert topics[:5] == [
            f"/deeplens1/{name}" for name in ("faces", "presence", "ad", "playback", "image_raw/compressed")
        ]
        assert topics[5:] == ["/diagnostics", "/parameter_events", "/rosout"]
        assert words[words.index("--max-bag-size") + 1] == "2000000"
        assert words[words.index("--max-bag-duration") + 1] == "90"
        assert "warning=this recording holds pictures of people" in words
        assert (tmp_path / "bag" / "ended").exists()

    def test_all_topics_are_all_but_pictures_and_it_ends_by_itself(self, start, sourced, tmp_path):
        program = start("-o", "bag", "--all", "--seconds", "0.5", **sourced())
        assert program.wait() == 0
        words = words_of(tmp_path / "bag")
        assert "--all-topics" in words and "--topics" not in words
        assert "sensor_msgs/msg/CompressedImage" in words[words.index("--exclude-topic-types") :]
        assert (tmp_path / "bag" / "ended").exists()

    def test_its_failure_is_ours(self, start, sourced):
        assert start("-o", "bag", **sourced(end="sys.exit(3)")).wait() == 1
