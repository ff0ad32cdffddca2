import pytest
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.entity import read_xml, suggestion


def test_elements_know_their_lines(tmp_path):
    path = tmp_path / "x.launch.xml"
    path.write_text(
        '<?xml version="1.0"?>\n<!-- a\nb -->\n<launch>\n  <arg name="a"/>\n\n  <group><let/></group>\n</launch>'
    )
    root = read_xml(path)
    assert (root.tag, root.line) == ("launch", 4)
    argument, group = root.children
    assert argument.line == 5 and argument.attributes == {"name": "a"}
    assert group.children[0].location == f"{path}:7: <let>"


def test_what_is_missing_or_broken_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no\.xml: launch file can't be read: No such file"):
        read_xml(tmp_path / "no.xml")
    (tmp_path / "bad.xml").write_text("<launch>\n<arg name=a/></launch>")
    with pytest.raises(ConfigurationError, match=r"bad\.xml:2: not well-formed XML: not well-formed"):
        read_xml(tmp_path / "bad.xml")
    (tmp_path / "empty.xml").write_text("")
    with pytest.raises(ConfigurationError, match="no element found"):
        read_xml(tmp_path / "empty.xml")


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("sorce", ["source", "screen"], "; did you mean source?"),
        ("zzz", ["b", "a"], "; known: a, b"),
        ("x", [], ""),
    ],
)
def test_suggestion(name, known, expected):
    assert suggestion(name, known) == expected
