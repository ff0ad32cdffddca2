import pytest
from signage_launch.launch_xml.values import parse_value


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("0", "str", "0"),
        ("", "str", ""),
        ("0", None, 0),
        ("0.5", None, 0.5),
        ("true", None, True),
        ("text", None, "text"),
        ("'0'", None, "0"),
        ("", None, ""),
        ("[1, 2]", None, [1, 2]),
        ("[a, b]", "yaml", ["a", "b"]),
        ("7", "int", 7),
        ("7", "float", 7.0),
        ("1", "bool", True),
        ("0", "bool", False),
        ("False", "bool", False),
        ("[1.5, 2.5]", "list_of_float", [1.5, 2.5]),
        ("[x]", "list_of_str", ["x"]),
        ("[]", "list_of_str", []),
    ],
)
def test_value(text, type_name, expected):
    value = parse_value(text, type_name)
    assert value == expected and type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "type_name", "message"),
    [
        ("x", "int", "expected int, got 'x'"),
        ("1.5", "int", "expected int"),
        ("x", "float", "expected float"),
        ("maybe", "bool", "expected true or false"),
        ("", "bool", "expected true or false"),
        ("[1, a]", None, "neither a string"),
        ("{a: 1}", None, "neither a string"),
        ("null", None, "neither a string"),
        ("[1, 2]", "list_of_str", "expected a list of str"),
        ("[", None, "not valid YAML"),
    ],
)
def test_no_such_value(text, type_name, message):
    with pytest.raises(ValueError, match=message):
        parse_value(text, type_name)
