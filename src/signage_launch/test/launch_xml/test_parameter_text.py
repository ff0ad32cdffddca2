"""What is written is what ROS reads: compared with ROS's own parameter parser, through a node's parameters."""

import pytest
import yaml
from rclpy._rclpy_pybind11 import RCLError
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.parameter_text import check_text, compose, dump_parameters, load, retype, serialize
from signage_launch.launch_xml.parameters import effective_parameters, retyped_text
from signage_launch.launch_xml.plan import ParameterText

pytestmark = pytest.mark.fault
WORDS = """
y n Y N yes no on off true True null ~ NULL Null 1 -1 +1 0 08 010 0x1 0o17 0b1 1_000 1:30 1e3 12e34 1. .5 0x1p3 nan .nan
NaN inf .inf -inf infinity 1e400 2020-01-01 2020-99-99 = << - [1] [ { ' " 'y' "y" # a: | > % @ ` &a *a !x ? , \\ \\n
$HOME 한국 é 💡 C:\\new --ros-args
"""
OTHERS = ["", " ", " y", "y ", "\t", "a\nb", "\n", "\r", "\x07", "\x85", "\u2028", "\ufeff", "a" * 5000]
TEXTS = [*WORDS.split(), *OTHERS, "- a", "a #b", ": ", "a: b", "{a: 1}", "!!int 3", "? a", "$(var x)"]


def test_a_text_stays_a_text_whatever_it_looks_like(read_by_ros):
    values = {f"p{index}": text for index, text in enumerate(TEXTS)}
    assert read_by_ros(dump_parameters("/d/n", values)) == values
    assert yaml.safe_load(dump_parameters("/d/n", values))["/d/n"]["ros__parameters"] == values


def test_so_do_those_of_a_list_and_other_values(read_by_ros):
    values = {"texts": TEXTS, "flag": True, "whole": 8, "number": 8.0, "small": 1e-30, "numbers": [1.0, 2.5]}
    assert read_by_ros(dump_parameters("/d/n", values)) == values


def test_a_text_of_a_launch_argument_reaches_ros_as_it_was_given(read_by_ros, plan_of, tmp_path):
    (tmp_path / "texts.yaml").write_text(
        "$(var who):\n  ros__parameters:\n    q: !!str |2-\n      $(var t)\n    r: '$(var t)'\n    s: $(var number)\n"
    )
    for text in TEXTS:
        plan = plan_of(
            '<arg name="t"/><let name="who" value="/d/n"/><let name="number" value="8"/>'
            '<node pkg="demo" exec="talker" name="n" namespace="d"><param name="p" value="$(var t)" type="str"/>'
            '<param from="$(dirname)/texts.yaml" allow_substs="true"/></node>',
            t=text,
        )
        first, second = (item.text for item in plan.processes[0].arguments if isinstance(item, ParameterText))
        expected = {"p": text, "q": text, "r": text, "s": 8}
        assert {**read_by_ros(first), **read_by_ros(second)} == expected, text
        assert effective_parameters(plan.processes[0]) == expected


TYPES = {"t": str, "f": float, "b": bool, "i": int, "l": str}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"t: {word}", {"t": word}) for word in ("y", "n", "12e34", "1e3", "08", "nan", "null", "~", "on", "0x1")),
        *((f"t: {word}", {"t": word}) for word in ("1_000", "1:30", "2020-01-01", "0", "true", "한국")),
        ("t:", {"t": ""}),
        ("t: 'y'", {"t": "y"}),
        ("t: |\n  y", {"t": "y\n"}),
        ("l: [y, 08, a.example]", {"l": ["y", "08", "a.example"]}),
        ("f: 5", {"f": 5.0}),
        ("f: 1e1", {"f": 10.0}),
        ("f: 1e20", {"f": 1e20}),
        ("f: 08", {"f": 8.0}),
        ("b: y", {"b": True}),
        ("b: off", {"b": False}),
        ("i: 8", {"i": 8}),
    ],
)
def test_in_a_file_that_a_user_wrote_the_type_of_the_parameter_decides(read_by_ros, text, expected):
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    root = compose(f"/**/n:\n  ros__parameters:\n{lines}", "here")
    retype(root, TYPES, {})
    got = read_by_ros(serialize(root))
    assert got == expected and list(map(type, got.values())) == list(map(type, expected.values()))
    assert load(serialize(root), "here") == {"/**/n": {"ros__parameters": expected}}


def test_a_port_that_is_to_be_any_is_replaced_wherever_it_is_set():
    root = compose("/**: {ros__parameters: {http_port: 0, other: 0}}\n/x/n: {ros__parameters: {http_port: 7}}", "here")
    retype(root, {}, {"http_port": 4711})
    assert load(serialize(root), "here") == {
        "/**": {"ros__parameters": {"http_port": 4711, "other": 0}},
        "/x/n": {"ros__parameters": {"http_port": 7}},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('/**:\n  a: "rtsp://u:secret@h\n', "here:3: not valid YAML: found unexpected end of stream"),
        ("/**: {a: rtsp://u:secret@h", "here:.*: not valid YAML"),
        ("a: b: secret", "here:1: not valid YAML: mapping values are not allowed here"),
        ("secret", "here: expected names of nodes, with ros__parameters below"),
        ("[secret]", "here: expected names of nodes"),
        ("a: \x00", "here: not valid YAML"),
        ("[" * 100_000, "here: nested too deep"),
    ],
)
def test_what_is_no_parameter_file_is_named_and_nothing_of_it_repeated(text, message):
    with pytest.raises(ConfigurationError, match=message) as raised:
        compose(text, "here")
    assert "secret" not in str(raised.value)


NODE = "n:\n  ros__parameters:\n"


@pytest.mark.fault
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/**/n: 3", "here:1: expected names of nodes, with ros__parameters below"),
        ("n:", "here:1: expected names of nodes"),
        ("d:\n  n: [1]", "here:2: expected names of nodes"),
        ("n:\n  foo: 3\n  ros__parameters: {a: 1}", "here:2: expected names of nodes"),
        ("n:\n  ros__parameters: {a: 1}\n  foo: 3", "here:3: expected names of nodes"),
        ("n:\n  ros__parameters:", "here:2: expected names of parameters below ros__parameters"),
        ("n:\n  ros__parameters: [1]", "here:2: expected names of parameters"),
        ("n:\n  ros__parameters: 3", "here:2: expected names of parameters"),
        ("ros__parameters: {a: 1}", "here:1: expected ros__parameters below the name of a node, such as"),
        ("7up:\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("my node:\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("//n:\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("d:\n  /n:\n    ros__parameters: {a: 1}", "here:3: expected ros__parameters below the name of a node"),
        ("/:\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("'':\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("n" * 256 + ":\n  ros__parameters: {a: 1}", "here:2: expected ros__parameters below the name of a node"),
        ("[n]:\n  ros__parameters: {a: 1}", "here:1: expected the name of a node"),
        (NODE + "    '': 1", "here:3: expected a name before the colon"),
        (NODE + "    [a]: 1", "here:3: expected a name before the colon"),
        (NODE + "    a: [1, x]", "here:3: parameter a: expected a list of values of one kind"),
        ("m: &m {ros__parameters: {a: 1}}\nn: *m", r"here:1: ROS takes no aliases \(\*name\)"),
        (NODE + "    a: &a [1]\n    b: *a", "here:3: ROS takes no aliases"),
    ],
)
def test_what_ros_can_not_read_is_refused_and_its_line_named(read_by_ros, text, message):
    with pytest.raises(ConfigurationError, match=message):
        retyped_text("here", text, {}, {})
    with pytest.raises(RCLError):
        read_by_ros(text)


@pytest.mark.parametrize("value", ["[[1]]", "[{b: 1}]"])
def test_what_ros_would_take_for_something_else_is_refused_too(value):
    with pytest.raises(ConfigurationError, match="here:3: expected a list of plain values"):
        compose(f"{NODE}    a: {value}", "here")


@pytest.mark.parametrize("name", ["n", "/n", "/**", "'*'", "/d/n", "d/n", "/**/n", "d:\n  n", "/d/*", "/d:\n  '**'"])
def test_every_way_to_name_a_node_is_taken(read_by_ros, name):
    text = f"{name}:\n        ros__parameters: {{a: 1, b: {{c: [1, 2]}}}}"
    assert load(retyped_text("here", text, {}, {}).text, "here")
    read_by_ros(text)


@pytest.mark.parametrize(
    "text", ["a: !!python/none x", "? [a]\n: b", "a: !!int x", "a: !!timestamp x", "a: !!bool x", "a: !!float x"]
)
def test_a_value_that_can_not_be_made_is_a_mistake_too(text):
    with pytest.raises(ConfigurationError, match=r"here.*: not valid YAML"):
        load(text, "here")


@pytest.mark.parametrize(("text", "message"), [("caf\udce9", "UTF-8"), ("a\0b", "without the character 0")])
def test_what_ros_can_not_take_is_refused(text, message):
    with pytest.raises(ConfigurationError, match=f"^source: expected .*{message}"):
        check_text("source", text)
    with pytest.raises(ConfigurationError, match=message):
        dump_parameters("/n", {"source": [text]})
