"""Our reading of launch files beside that of ROS 2's own launch, where it is installed."""

import importlib.util
import os
from pathlib import Path

import pytest
import yaml
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.launch_file import plan_launch
from signage_launch.launch_xml.plan import ParameterText

HAS_LAUNCH = importlib.util.find_spec("launch_ros") is not None and importlib.util.find_spec("launch_xml") is not None
pytestmark = [
    pytest.mark.skipif(not HAS_LAUNCH, reason="launch_ros and launch_xml are not installed: needs a sourced ROS 2"),
    pytest.mark.filterwarnings("ignore"),
]
SIGNAGE = Path(__file__).parents[4] / "launch" / "launch" / "signage.launch.xml"
REPLAY = SIGNAGE.with_name("replay.launch.xml")
ARGUMENTS = [
    {},
    {"source": "0", "device": "lobby", "fps": "15", "loop": "True", "detector": "tiny", "profile": "close-up"},
    {"bind": "0.0.0.0", "discovery": "subnet", "respawn": "false", "log_level": "debug", "catalog": "a b.yaml"},
    {"camera": "false", "perception": "0", "device": "/"},
    {"camera": "False", "image_topic": "/image_raw", "transport": "raw", "device": "a/b"},
    {"rotate": "180", "flip": "vertical", "public_url": "https://sign.example", "model": "08", "detector": "mxnet-ssd"},
]
REFUSED_ARGUMENTS = [
    *({"width": "wide"}, {"profile": "odd"}, {"device": "a-b"}, {"loop": "maybe"}, {"camera": "maybe"}, {"flip": "up"}),
    *({"rotate": "half"}, {"transport": "cooked"}),
]
REPLAY_ARGUMENTS = [
    {"bag": "/recordings/monday"},
    {"bag": "a b.mcap", "rate": "2", "loop": "true", "clock": "false", "start_offset": "3", "device": "lobby"},
    {"bag": "x", "perception": "true", "image_topic": "/cam/image_raw", "topics": "[/cam/image_raw/compressed, faces]"},
]
TEXT_ARGUMENTS = {
    "source": "camera", "detector": "face_inference", "model": "face_inference", "age_gender_model": "face_inference",
    "catalog": "ad_selector", "bind": "signage_bridge", "public_url": "signage_bridge",
}  # fmt: skip
WORDS = """
y n on off null ~ 08 0x1 1_000 1:30 12e34 1e3 nan inf - [1] {a:1} ' " 'y' # a: | \\ \\n $HOME 한국 2020-01-01 !x &a *a
"""
TEXTS = [*WORDS.split(), "- a", "{a: 1}", "a #b", "a: b", " y", "it's", "C:\\new"]
PIECES = [
    '<arg name="w" default="two words"/><executable cmd="echo $(var w) \'a b\' x=$(var w) end"/>',
    '<executable cmd="nothing" name="n" output="screen" if="$(equals a a)"/><executable cmd="echo x" unless="true"/>',
    '<let name="x" value="out"/><group><let name="x" value="in"/><set_env name="Q" value="1"/>'
    '<executable cmd="echo $(var x)"/></group><executable cmd="echo $(var x)"/>',
    '<group scoped="false"><let name="x" value="set"/></group>'
    '<group forwarding="false"><keep name="y" value="$(var x)"/>'
    '<executable cmd="echo $(var x none) $(var y)"/></group>',
    '<executable cmd="p"><env name="B" value="$(env HOME)2"/></executable>',
    '<push-ros-namespace namespace="a"/><group><push-ros-namespace namespace="b"/>'
    '<node exec="/bin/true" name="t" namespace="c" args="-x 1"/></group>'
    '<node exec="/bin/true" name="u" namespace="/z"/>',
    '<node exec="/bin/true" name="t"><param name="p" value="0" type="str"/><param name="q" value="0"/>'
    '<param name="r" value="[1.5, 2.5]"/><param name="s" value="$(equals 1 1)" type="bool"/>'
    '<param name="o"><param name="i" value="text"/></param><remap from="a" to="b"/></node>',
    '<node exec="/bin/true"><param name="p" value="1" type="float"/><param name="e" value=""/></node>',
    '<let name="v" value="7"/><node exec="/bin/true"><param name="p" value="$(var v)"/>'
    '<param name="q" value="$(var v)" type="str"/></node>',
    '<executable cmd="echo $(if $(not false) yes no) $(and true 1) $(or false 0) $(not-equals 1 1.0)"/>',
    "<executable cmd=\"echo $(var a 'b c') $(var a &quot;d $(dirname)&quot;) \\$(var a)\"/>",
    '<include file="$(dirname)/inner.launch.xml"><arg name="a" value="given"/></include>'
    '<executable cmd="echo $(var a)"/>',
]
REFUSED_PIECES = [
    '<executable cmd="echo $(var missing)"/>',
    "<nod/>",
    '<executable cmd="echo x" colour="red"/>',
    '<node exec="/bin/true" if="maybe"/>',
    '<node exec="/bin/true" name="t"><param name="p" value="x" type="int"/></node>',
    '<node exec="/bin/true" name="t"><param name="p" value="[1, a]"/></node>',
    '<node exec="/bin/true" name="9"/>',
    '<arg name="must"/>',
    '<executable cmd="echo $(var  a)"/>',
    '<executable cmd="echo $(var a b"/>',
]


def parameters(text):
    return yaml.safe_load(text)


def by_ours(path, given):
    plan = plan_launch(path, given, os.environ)
    return [
        (
            [parameters(item.text) if isinstance(item, ParameterText) else item for item in process.arguments],
            {key: value for key, value in process.environment.items() if os.environ.get(key) != value},
        )
        for process in plan.processes
    ]


def by_ros2(path, given, monkeypatch, read=parameters):
    import launch
    from launch.actions import ExecuteLocal, IncludeLaunchDescription
    from launch.launch_description_sources import AnyLaunchDescriptionSource

    started, before = [], dict(os.environ)

    def record(self, context):
        self.prepare(context)
        words = [read(Path(w).read_text()) if "launch_params_" in w else w for w in self.process_details["cmd"]]
        environment = self.process_details["env"] or os.environ
        started.append((words, {key: value for key, value in environment.items() if before.get(key) != value}))

    monkeypatch.setattr(ExecuteLocal, "execute", record)
    context = launch.LaunchContext()

    def visit(entity):
        for inner in entity.visit(context) or []:
            visit(inner)

    try:
        visit(IncludeLaunchDescription(AnyLaunchDescriptionSource(str(path)), launch_arguments=list(given.items())))
    finally:
        os.environ.clear()
        os.environ.update(before)
    return started


def accept(path, given, monkeypatch):
    theirs = by_ros2(path, given, monkeypatch)
    assert by_ours(path, given) == theirs


def refuse(path, given, monkeypatch):
    with pytest.raises(Exception):  # noqa: B017  ROS 2 launch raises whatever comes
        by_ros2(path, given, monkeypatch)
    with pytest.raises(ConfigurationError):
        by_ours(path, given)


@pytest.mark.parametrize("given", ARGUMENTS, ids=str)
def test_the_signage_launch_file_comes_to_the_same(given, monkeypatch):
    assert len(by_ros2(SIGNAGE, {}, monkeypatch)) == 5
    accept(SIGNAGE, given, monkeypatch)


@pytest.mark.parametrize("given", REPLAY_ARGUMENTS, ids=str)
def test_the_launch_file_of_a_recording_comes_to_the_same(given, monkeypatch):
    accept(REPLAY, given, monkeypatch)


@pytest.mark.parametrize("given", REFUSED_ARGUMENTS, ids=str)
def test_both_refuse_wrong_arguments(given, monkeypatch):
    refuse(SIGNAGE, given, monkeypatch)


@pytest.fixture
def file_of(tmp_path):
    def make(piece):
        (tmp_path / "inner.launch.xml").write_text(
            '<launch><arg name="a" default="1"/><executable cmd="echo $(var a) $(dirname)"/></launch>'
        )
        path = tmp_path / "outer.launch.xml"
        path.write_text(f"<launch>{piece}</launch>")
        return path

    return make


@pytest.mark.parametrize("piece", PIECES)
def test_pieces_come_to_the_same(piece, file_of, monkeypatch):
    accept(file_of(piece), {}, monkeypatch)


@pytest.mark.parametrize("piece", REFUSED_PIECES)
def test_both_refuse_wrong_pieces(piece, file_of, monkeypatch):
    refuse(file_of(piece), {}, monkeypatch)


@pytest.mark.fault
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_a_text_through_ros2_launch_and_ros(text, monkeypatch, read_by_ros):
    given = dict.fromkeys(TEXT_ARGUMENTS, text)
    texts = [words for words, _ in by_ros2(SIGNAGE, given, monkeypatch, read=lambda written: [written])]
    for name, node in TEXT_ARGUMENTS.items():
        program = next(words for words in texts if words[0].endswith(f"/{node}"))
        values = [read_by_ros(word[0], f"/deeplens1/{node}") for word in program if isinstance(word, list)]
        assert [each[name] for each in values if name in each] == [text], name
