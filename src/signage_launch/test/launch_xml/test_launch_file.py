import os

import pytest
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.launch_file import plan_launch


@pytest.mark.parametrize(
    ("condition", "runs"), [('if="true"', 1), ('if="0"', 0), ('unless="$(var no)"', 1), ('unless="1"', 0)]
)
def test_conditions(plan_of, condition, runs):
    plan = plan_of(f'<let name="no" value="False"/><executable cmd="p" {condition}/>')
    assert len(plan.processes) == runs


def test_a_group_keeps_what_it_sets_to_itself(plan_of):
    plan = plan_of(
        '<let name="x" value="out"/>'
        '<group><let name="x" value="in"/><set_env name="E" value="1"/><push_ros_namespace namespace="ns"/>'
        '<node pkg="demo" exec="talker" name="inside"/><executable cmd="echo $(var x)"/></group>'
        '<node pkg="demo" exec="talker" name="outside"/><executable cmd="echo $(var x)"/>'
    )
    inside, echo_in, outside, echo_out = plan.processes
    assert (inside.node, outside.node) == ("/ns/inside", "")
    assert (echo_in.arguments[1], echo_out.arguments[1]) == ("in", "out")
    assert inside.environment["E"] == "1" and "E" not in outside.environment


def test_a_group_without_scope_and_one_that_forwards_nothing(plan_of):
    plan = plan_of(
        '<group scoped="false"><let name="x" value="set"/><set_env name="E" value="1"/></group>'
        '<group forwarding="false"><keep name="y" value="kept $(var x)"/>'
        '<executable cmd="echo $(var x none) $(var y)"/></group>'
    )
    process = plan.processes[0]
    assert process.arguments == ("echo", "none", "kept set") and "E" not in process.environment
    assert plan.environment["E"] == "1"


def test_arguments(plan_of):
    content = '<arg name="n" default="1"><choice value="1"/><choice value="2"/></arg><executable cmd="echo $(var n)"/>'
    assert plan_of(content).processes[0].arguments[1] == "1"
    assert plan_of(content, n="2").processes[0].arguments[1] == "2"
    with pytest.raises(ConfigurationError, match="launch argument n: expected one of 1, 2, got '3'"):
        plan_of(content, n="3")
    with pytest.raises(ConfigurationError, match="launch argument 'm' is required"):
        plan_of('<arg name="m"/>')


def test_messages(plan_of):
    plan = plan_of(
        '<log message="a"/><log level="warning" message="b"/><log_warning message="c"/><log_info message="d"/>'
    )
    assert plan.messages == [("INFO", "a"), ("WARNING", "b"), ("WARNING", "c"), ("INFO", "d")]


def test_include_gives_arguments_and_knows_its_own_folder(plan_of, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "inner.launch.xml").write_text(
        '<launch><arg name="a" default="1"/><arg name="b" default="2"/>'
        '<executable cmd="$(var a) $(var b) $(dirname)"/></launch>'
    )
    plan = plan_of(
        '<include file="$(dirname)/more/inner.launch.xml"><arg name="a" value="given"/></include>'
        '<executable cmd="after $(dirname)"/>',
        b="5",
    )
    assert plan.processes[0].arguments == ("given", "5", str(tmp_path / "more"))
    assert plan.processes[1].arguments == ("after", str(tmp_path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<nod/>", r"test.launch.xml:2: <nod>: this element is not supported by this runner; did you mean node\?"),
        ("<timer/>", r"<timer>: this element is not supported by this runner; known: arg, executable, group"),
        ('<arg nam="x"/>', r":2: <arg>: unknown attribute 'nam'; did you mean name\?"),
        ("<arg/>", "<arg>: attribute 'name' is missing"),
        ('<arg name="x"><chose value="1"/></arg>', r"<chose>: not expected inside <arg>; did you mean choice\?"),
        ('<executable cmd="x" if="1" unless="1"/>', "'if' and 'unless' exclude each other"),
        ('<executable cmd="x" if="maybe"/>', "expected true, 1, false or 0, got 'maybe'"),
        ('<executable cmd=""/>', "expected a command, got nothing"),
        ('<executable cmd="a \'b"/>', "No closing quotation"),
        ('<executable cmd="x" output="paper"/>', "expected screen, log or both, got 'paper'"),
        ('<executable cmd="x" respawn="perhaps"/>', "attribute 'respawn': expected true or false"),
        ('<executable cmd="x" respawn_delay="-1"/>', "attribute 'respawn_delay': expected 0 or more"),
        ('<executable cmd="x" respawn_delay="soon"/>', "attribute 'respawn_delay': expected float"),
        ('<executable cmd="x" on_exit="restart"/>', "expected shutdown, got 'restart'"),
        ('<executable cmd="x" shell="true"/>', "attribute 'shell': only false is supported"),
        ('<node pkg="demo" exec="listener"/>', "executable listener of package demo not found in"),
        ('<node pkg="nowhere" exec="x"/>', "package nowhere not found in AMENT_PREFIX_PATH"),
        ('<node pkg="demo" exec="talker" name="my-node"/>', "node name 'my-node': expected letters"),
        ('<push-ros-namespace namespace="my-sign"/>', "part of namespace /my-sign: 'my-sign': expected letters"),
        ('<node pkg="demo" exec="talker"><param value="1"/></node>', "attribute 'name' is missing"),
        ('<node pkg="demo" exec="talker"><param name="p" value="x" type="int"/></node>', "p: expected int, got 'x'"),
        ('<node pkg="demo" exec="talker"><param name="p" value="1" type="num"/></node>', "expected one of str, bool"),
        (
            '<node pkg="demo" exec="talker"><param from="/no/such.yaml"/></node>',
            "parameter file /no/such.yaml: No such",
        ),
        ('<include file="/no/such.launch.xml"/>', "/no/such.launch.xml: launch file can't be read"),
        ('<include file="$(filename)"/>', "includes itself"),
        ('<executable cmd="$(var x)"/>', r"\$\(var x\): no such launch argument"),
        ("<group><let/></group>", "<let>: attribute 'name' is missing"),
        ('<group scoped="perhaps"/>', "attribute 'scoped': expected true or false"),
        ("<group>", r"test.launch.xml:3: not well-formed XML: mismatched tag"),
    ],
)
def test_mistakes_are_named_with_file_and_line(plan_of, content, message):
    with pytest.raises(ConfigurationError, match=message):
        plan_of(content)


def test_the_root_is_launch(tmp_path):
    (tmp_path / "x.launch.xml").write_text("<robot/>")
    with pytest.raises(ConfigurationError, match="expected <launch> as the root element"):
        plan_launch(tmp_path / "x.launch.xml", {}, {})


TALKER = '<node pkg="demo" exec="talker">'


@pytest.mark.fault
@pytest.mark.parametrize(
    ("content", "value", "message"),
    [
        (
            '<node pkg="demo" exec="talker"><param name="p" value="$(var a)" type="int"/></node>',
            "abc",
            "expected int, got 'abc'",
        ),
        (
            '<node pkg="demo" exec="talker"><param name="p" value="$(var a)" type="bool"/></node>',
            "x",
            "expected true or false",
        ),
        ('<executable cmd="x" if="$(var a)"/>', "maybe", "expected true, 1, false or 0, got 'maybe'"),
        ('<executable cmd="x" respawn="$(var a)"/>', "maybe", "expected true or false, got 'maybe'"),
        ('<push-ros-namespace namespace="$(var a)"/>', "a-b", "part of namespace /a-b: 'a-b': expected letters"),
    ],
)
def test_a_wrong_argument_is_called_by_its_name_and_not_by_a_line_of_an_installed_file(
    plan_of, content, value, message
):
    with pytest.raises(ConfigurationError, match=f"^launch argument a: {message}"):
        plan_of(f'<arg name="a"/>{content}', a=value)


@pytest.mark.fault
@pytest.mark.parametrize("type_name", ["int", "float", "bool", "list_of_str"])
@pytest.mark.parametrize("value", ["rtsp://admin:secret@h/{", "x?user=a&pwd=secret: [", "admin:secret@h: {"])
def test_no_message_repeats_what_may_be_a_password(plan_of, type_name, value):
    node = f'<node pkg="demo" exec="talker"><param name="p" value="$(var a)" type="{type_name}"/></node>'
    with pytest.raises(ConfigurationError) as raised:
        plan_of(f'<arg name="a"/>{node}', a=value)
    assert "secret" not in str(raised.value)


@pytest.mark.fault
def test_a_long_value_is_shortened(plan_of):
    with pytest.raises(ConfigurationError, match="launch argument a: expected one of b, got '9") as raised:
        plan_of('<arg name="a"><choice value="b"/></arg>', a="9" * 100_000)
    assert len(str(raised.value)) < 300


@pytest.mark.fault
@pytest.mark.parametrize(("content", "message"), [("- x", "expected names of nodes"), ("\udce9", "not valid UTF-8")])
def test_a_parameter_file_that_is_none_is_refused(plan_of, tmp_path, content, message):
    (tmp_path / "p.yaml").write_text(content, errors="surrogateescape")
    with pytest.raises(ConfigurationError, match=f"parameter file .*p.yaml: {message}"):
        plan_of('<node pkg="demo" exec="talker"><param from="$(dirname)/p.yaml"/></node>')


@pytest.mark.fault
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_not_waited_for(plan_of, tmp_path, make):
    make(tmp_path / "p.yaml")
    with pytest.raises(ConfigurationError, match=r"parameter file .*p.yaml: "):
        plan_of('<node pkg="demo" exec="talker"><param from="$(dirname)/p.yaml"/></node>')
