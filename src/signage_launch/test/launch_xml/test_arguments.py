import pytest
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.arguments import check_given, declared_arguments, format_arguments, parse_given


@pytest.fixture
def declared(tmp_path):
    (tmp_path / "inner.launch.xml").write_text(
        '<launch><arg name="given"/><arg name="open" default="o"/><arg name="fps" default="9"/></launch>'
    )
    path = tmp_path / "outer.launch.xml"
    path.write_text(
        '<launch><arg name="fps" default="30" description="Images a second."/>'
        '<group if="false"><arg name="kind" default="a"><choice value="a"/><choice value="b"/></arg></group>'
        '<include file="$(dirname)/inner.launch.xml"><arg name="given" value="1"/></include>'
        '<include file="$(var unknown)"/><arg name="must"/></launch>'
    )
    return declared_arguments(path, {})


def test_all_arguments_are_found_in_order(declared):
    assert [argument.name for argument in declared] == ["fps", "kind", "open", "must"]


def test_they_are_listed_as_ros2_launch_does(declared):
    text = format_arguments(declared)
    assert text.startswith("Arguments (pass arguments as '<name>:=<value>'):")
    assert "    'fps':\n        Images a second.\n        (default: '30')" in text
    assert "    'kind':\n        no description given Valid choices are: a, b\n        (default: 'a')" in text
    assert text.endswith("    'must':\n        no description given")


def test_nothing_to_list():
    assert format_arguments([]).endswith("No arguments.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], {}), (["a:=1"], {"a": "1"}), (["a:=1", "a:=2"], {"a": "2"}), (["url:=http://x:=y"], {"url": "http://x:=y"})],
)
def test_given(words, expected):
    assert parse_given(words) == expected


@pytest.mark.parametrize("word", ["a", "a=1", ":=1", "a:=", "a:1"])
def test_not_given_so(word):
    with pytest.raises(ConfigurationError, match="expected NAME:=VALUE"):
        parse_given([word])


def test_unknown_ones_are_named_with_what_was_meant(declared):
    check_given({"fps": "1"}, declared)
    with pytest.raises(ConfigurationError, match=r"unknown launch argument 'fsp'; did you mean fps\?"):
        check_given({"fsp": "1"}, declared)


@pytest.mark.fault
@pytest.mark.parametrize("word", ["source=rtsp://admin:secret@h/", "rtsp://admin:secret@h/", "source:rtsp:/a:secret@h"])
def test_a_password_in_a_word_that_is_no_argument_is_not_repeated(word, declared):
    with pytest.raises(ConfigurationError, match="expected NAME:=VALUE") as raised:
        parse_given([word])
    assert "secret" not in str(raised.value)
    with pytest.raises(ConfigurationError, match="unknown launch argument") as raised:
        check_given({word: "1"}, declared)
    assert "secret" not in str(raised.value)


@pytest.mark.fault
@pytest.mark.parametrize(("value", "message"), [("caf\udce9.mp4", "expected UTF-8"), ("a\0b", "the character 0")])
def test_what_ros_can_not_take_is_refused_at_the_door(value, message):
    with pytest.raises(ConfigurationError, match=f"^launch argument source: .*{message}"):
        parse_given([f"source:={value}"])
