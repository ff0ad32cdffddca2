from pathlib import Path

import pytest
from signage_common.errors import ConfigurationError
from signage_launch.launch_xml.plan import Plan, Scope
from signage_launch.launch_xml.substitutions import parse_template

SCOPE = Scope(
    configurations={"a": "1", "b": "two words", "name": "a", "flag": "true", "of_fast": "quick", "kind": "fast"},
    environment={"HOME": "/home/x", "EMPTY": ""},
    initial_environment={},
    files=(Path("/launch/test.launch.xml"),),
    plan=Plan(),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain text", "plain text"),
        ("cost: 5$ each", "cost: 5$ each"),
        (r"\$(var a)", "$(var a)"),
        (r"back\\slash", r"back\slash"),
        ("$(var a)", "1"),
        ("x$(var a)y$(var b)z", "x1ytwo wordsz"),
        ("$(var $(var name))", "1"),
        ("$(var of_$(var kind))", "quick"),
        ("$(var missing fallback)", "fallback"),
        ("$(var missing 'two words')", "two words"),
        ('$(var missing "it is $(var a)")', "it is 1"),
        ("$(var missing '')", ""),
        (r"$(var missing \))", ")"),
        ("$(var a $(var missing))", "1"),
        ("$(env HOME)/x", "/home/x/x"),
        ("$(env MISSING /opt)/x", "/opt/x"),
        ("$(env MISSING $(env HOME)/.cache)/m", "/home/x/.cache/m"),
        ("$(env EMPTY other)", ""),
        ("$(dirname)/f", "/launch/f"),
        ("$(filename)", "/launch/test.launch.xml"),
        ("$(equals $(var a) 1.0)", "true"),
        ("$(equals x y)", "false"),
        ("$(equals True 1)", "true"),
        ("$(not-equals x y)", "true"),
        ("$(not $(var flag))", "false"),
        ("$(and true $(var flag))", "true"),
        ("$(or false 0)", "false"),
        ("$(if $(var flag) yes no)", "yes"),
        ("$(if false yes no)", "no"),
        ("$(if false yes)", ""),
        ("$(if true yes $(var missing))", "yes"),
        ("$(find-exec sh)", "/bin/sh"),
    ],
)
def test_filled(text, expected, monkeypatch):
    scope = SCOPE
    scope.environment["PATH"] = "/bin"
    assert parse_template(text, "here").fill(scope) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$(var", r"expected a space or \) after \$\(var"),
        ("$(var a", r"expected a space or \)"),
        ("$(var  a)", "expected an argument"),
        ("$(var 'a)", "expected a closing '"),
        ("$(var a'b')", r"expected a space or \)"),
        ("$( var a)", r"expected the name of a substitution"),
        ("$(var)", r"\$\(var\) takes 1 to 2 arguments, got 0"),
        ("$(dirname x)", r"takes 0 arguments, got 1"),
        ("$(eval 1 + 1)", r"\$\(eval\) is not supported; supported are .*\$\(var\)"),
    ],
)
def test_not_written_as_expected(text, message):
    with pytest.raises(ConfigurationError, match=f"^f.xml:3: .*{message}"):
        parse_template(text, "f.xml:3: <node>")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$(var missing)", "no such launch argument"),
        ("$(env MISSING)", "environment variable is not set"),
        ("$(find-pkg-share nowhere)", "package nowhere not found"),
        ("$(find-exec no-such-program-here)", "not found on PATH"),
        ("$(not maybe)", "expected true or false"),
        ("$(if maybe a b)", "expected true or false"),
    ],
)
def test_can_not_be_filled(text, message):
    template = parse_template(text, "f.xml:3: <node>")
    with pytest.raises(ConfigurationError, match=f"^f.xml:3: <node>: .*{message}"):
        template.fill(SCOPE)
