import pytest
import yaml
from signage_launch.launch_xml.nodes import check_name, check_namespace, join_namespace
from signage_launch.launch_xml.plan import ParameterText


def words(process):
    return [item for item in process.arguments if isinstance(item, str)]


def parameters(process):
    return [yaml.safe_load(item.text) for item in process.arguments if isinstance(item, ParameterText)]


def test_node_has_the_command_line_of_ros2_launch(plan_of, prefix):
    process = plan_of(
        '<push-ros-namespace namespace="a"/>'
        '<node pkg="demo" exec="talker" name="t" namespace="b" args="-x 1" ros_args="--log-level debug">'
        '<remap from="chatter" to="news"/><param name="p" value="0" type="str"/></node>'
    ).processes[0]
    program = str(prefix / "lib" / "demo" / "talker")
    before = [program, "-x", "1", "--ros-args", "--log-level", "debug", "--ros-args", "-r", "__node:=t"]
    assert words(process) == [*before, "-r", "__ns:=/a/b", "--params-file", "-r", "chatter:=news"]
    assert parameters(process) == [{"/a/b/t": {"ros__parameters": {"p": "0"}}}]
    assert process.name == "talker" and process.node == "/a/b/t"


def test_a_node_without_a_name_gets_its_parameters_by_wildcard(plan_of):
    process = plan_of('<node pkg="demo" exec="talker" exec_name="x"><param name="p" value="[1, 2]"/></node>').processes[
        0
    ]
    assert parameters(process) == [{"/**": {"ros__parameters": {"p": [1, 2]}}}]
    assert "-r" not in process.arguments and process.name == "x" and process.node == ""


def test_nested_parameters_and_files(plan_of, tmp_path):
    (tmp_path / "p.yaml").write_text("/**:\n  ros__parameters: {who: $(var w)}\n")
    process = plan_of(
        '<arg name="w" default="me"/><node pkg="demo" exec="talker" name="t">'
        '<param name="outer"><param name="inner" value="1"/><param name="other" value="x"/></param>'
        '<param from="$(dirname)/p.yaml" allow_substs="true"/><param from="$(dirname)/p.yaml"/></node>'
    ).processes[0]
    assert parameters(process) == [
        {"/**": {"ros__parameters": {"outer.inner": 1, "outer.other": "x"}}},
        {"/**": {"ros__parameters": {"who": "me"}}},
    ]
    assert process.arguments[-1] == str(tmp_path / "p.yaml")


@pytest.mark.parametrize(
    ("base", "name", "expected"),
    [
        (None, None, None),
        (None, "a", "/a"),
        ("/a", None, "/a"),
        ("/a", "b", "/a/b"),
        ("/a", "b/c/", "/a/b/c"),
        ("/a", "/b", "/b"),
        ("/", "b", "/b"),
        (None, "/", "/"),
        ("", "", "/"),
    ],
)
def test_joined(base, name, expected):
    assert join_namespace(base, name) == expected


@pytest.mark.parametrize("name", ["a", "_a1", "Camera_2"])
def test_valid(name):
    check_name(name, "node name")
    check_namespace(f"/{name}/x")


def test_the_root_is_valid():
    check_namespace("/")


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "ä"])
def test_not_valid(name):
    with pytest.raises(ValueError, match="expected letters, digits and underscores"):
        check_name(name, "node name")
    with pytest.raises(ValueError, match="part of namespace"):
        check_namespace(f"/x/{name}")
